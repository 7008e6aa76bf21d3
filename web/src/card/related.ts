import { type Catalog, isComposed } from '@/catalog/catalog';
import type { Entity, Field } from '@/catalog/types';
import { quote } from '@/list/filter/compose';

/** Letters of scripts. */
export const LETTERS = 'sent_message';
export const LETTERS_TAB = '~letters';

/** Letters that were sent about a record, where the caller may read any: they name the record, and no field of its own leads to them. */
export function lettersOf(catalog: Catalog, entity: Entity): Field[] {
  const letters = catalog.entity(LETTERS);
  if (!letters || entity.system || isComposed(entity)) return [];
  return [{ id: LETTERS_TAB, name: LETTERS_TAB, label: letters.plural, type: 'inverse', target: LETTERS }];
}

/** Whether a tab is there only when there is something in it. */
export const isShownWhenFilled = (field: Field) => field.name === LETTERS_TAB;

/** Which records of the far entity point here, as a filter. */
export function relatedFilter(catalog: Catalog, field: Field, id: string): string | undefined {
  if (field.name === LETTERS_TAB) return `record == ${quote(id)}`;
  const far = catalog.field(field.target, field.inverse ?? '');
  if (!far) return undefined;
  return ['links', 'inverse'].includes(far.type) ? `${far.name}.any(|x| x == ${quote(id)})` : `${far.name} == ${quote(id)}`;
}
