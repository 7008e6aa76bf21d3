import { type Catalog, ownFields } from '@/catalog/catalog';
import type { Field, FieldType } from '@/catalog/types';
import { isWritable } from '@/fields/mapping';

const NOT_IN_LINES: FieldType[] = ['children', 'links', 'rich_text', 'json', 'address', 'location', 'secret', 'inverse', 'any_link'];

/** Fields of a line that its table shows: all but the way back to the record that owns it. */
export function lineFields(catalog: Catalog, field: Field): Field[] {
  const target = catalog.entity(field.target);
  if (!target) return [];
  return ownFields(target).filter((item) => !NOT_IN_LINES.includes(item.type) && item.name !== field.inverse && item.name !== target.owner?.field);
}

/** Whether a new line has what it needs to be saved. */
export const isLineWhole = (fields: Field[], line: Record<string, unknown>) =>
  fields.every((field) => !field.required || !isWritable(field) || (line[field.name] !== null && line[field.name] !== undefined && line[field.name] !== ''));

/** Money columns that add up to something; a price of one piece does not. */
export const isTotalled = (field: Field) => field.type === 'money' && !/(^|_)(unit_)?price$|rate$/.test(field.name);
