import { type Catalog, isComposed, isNumeric, stageField } from '@/catalog/catalog';
import { useCatalog } from '@/catalog/useCatalog';
import type { Entity, Field, RecordData } from '@/catalog/types';
import { FieldValue } from '@/fields/FieldValue';
import { formatValue } from '@/fields/format';
import { ProblemLines } from '@/fields/Problem';
import { recordTitle } from '@/fields/title';

interface PhoneFields {
  second?: [string, Field];
  amount?: [string, Field];
  stage?: [string, Field];
  date?: [string, Field];
}

/** Which of the columns take the five places of a phone's row. */
export function phoneFields(catalog: Catalog, entity: Entity, columns: string[]): PhoneFields {
  const fields = columns.flatMap((path): [string, Field][] => {
    const field = catalog.path(entity.name, path)?.at(-1);
    return field && path !== entity.title && path !== 'owner' ? [[path, field]] : [];
  });
  const stage = fields.find(([, field]) => field === stageField(entity)) ?? fields.find(([, field]) => field.type === 'choice');
  const amount = fields.find(([, field]) => field.type === 'money') ?? fields.find(([, field]) => isNumeric(field) && field.type !== 'integer') ?? (entity.register?.balances ? fields.findLast(([, field]) => isNumeric(field)) : undefined);
  const date = fields.find(([, field]) => field.type === 'date' || field.type === 'datetime');
  const taken = [stage, amount, date];
  const second = fields.find((item) => item[1].type === 'link' && !taken.includes(item)) ?? fields.find((item) => !taken.includes(item));
  return { second, amount, stage, date };
}

export function MobileRow({ entity, record, fields, onOpen }: { entity: Entity; record: RecordData; fields: PhoneFields; onOpen: () => void }) {
  const currency = useCatalog().data.workspace.currency;
  const { second, amount, stage, date } = fields;
  return (
    <button type="button" className="phone-row" onClick={onOpen}>
      <span className="row gap-8"><span className="grow ellipsis phone-row-title">{recordTitle(entity, record)}</span></span>
      <span className="row between gap-8" style={{ marginTop: 2, minHeight: 22 }}>
        <span className="row gap-6 muted grow size-14">{second && isComposed(entity) && isNumeric(second[1]) && <span className="dim">{second[1].label}</span>}{second && <FieldValue field={second[1]} value={record[second[0]]} inRow />}</span>
        {amount && <span className="numbers strong" style={{ fontSize: 15 }}>{formatValue(amount[1], record[amount[0]], currency)}</span>}
      </span>
      {(stage || date) && <span className="row between" style={{ marginTop: 4, minHeight: 20 }}>{stage ? <FieldValue field={stage[1]} value={record[stage[0]]} inRow /> : <span />}{date && <span className="numbers dim">{formatValue(date[1], record[date[0]])}</span>}</span>}
      <ProblemLines entity={entity} record={record} />
    </button>
  );
}
