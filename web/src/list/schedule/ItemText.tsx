import { useMemo } from 'react';
import { isNumeric } from '@/catalog/catalog';
import { useCatalog } from '@/catalog/useCatalog';
import type { Entity } from '@/catalog/types';
import { FieldValue } from '@/fields/FieldValue';
import { cardFields } from '../kanban/model';
import type { ListState } from '../state';
import type { Dated, Item } from './items';

interface Props {
  entity: Entity;
  state: ListState;
  dated: Dated;
  item: Item;
  /** How many lines there are below the name. */
  lines: number;
  clock?: string;
  /** When it is, in a line of its own. */
  below?: string;
  /** Where the row tells whose it is, or there is no room. */
  noPerson?: boolean;
}

/** What an item tells: its hour, its name, and as many columns as there is room for. */
export function ItemText({ entity, state, dated, item, lines, clock, below, noPerson = false }: Props) {
  const catalog = useCatalog();
  const { columns, layout } = state;
  const fields = useMemo(() => {
    const { second, amount, person } = cardFields(catalog, entity, columns, layout);
    const known = [dated.start.name, dated.end?.name, dated.colorBy?.name];
    return { lines: [...second, ...(amount ? [amount] : [])].filter(([path]) => !known.includes(path)), person };
  }, [catalog, entity, columns, layout, dated]);
  const { record, title } = item;
  const told = fields.lines.filter(([path]) => record[path] !== null && record[path] !== undefined).slice(0, lines);
  const person = noPerson ? undefined : fields.person;
  return (
    <div className="item-text">
      <div className="item-name">{clock && <span className="item-clock numbers">{clock}</span>}<span className="item-title">{title}</span>{person && !!record[person[0]] && <FieldValue field={person[1]} value={record[person[0]]} inRow avatarOnly />}</div>
      {below && <div className="item-line numbers">{below}</div>}
      {told.map(([path, field]) => <div key={path} className="item-line">{isNumeric(field) && <span className="dim">{field.label}</span>}<FieldValue field={field} value={record[path]} inRow /></div>)}
    </div>
  );
}
