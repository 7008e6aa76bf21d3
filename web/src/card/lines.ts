import { type Catalog, ownFields } from '@/catalog/catalog';
import type { Field, FieldType } from '@/catalog/types';
import { defaultValues, isEmpty, isWritable, sameValue } from '@/fields/mapping';
import { Unread } from '@/fields/unread';

const NOT_IN_LINES: FieldType[] = ['children', 'links', 'rich_text', 'json', 'address', 'location', 'secret', 'inverse', 'any_link'];

/** Fields of a line that its table shows: all but the way back to the record that owns it. */
export function lineFields(catalog: Catalog, field: Field): Field[] {
  const target = catalog.entity(field.target);
  if (!target) return [];
  return ownFields(target).filter((item) => !NOT_IN_LINES.includes(item.type) && item.name !== field.inverse && item.name !== target.owner?.field);
}

export type Line = Record<string, unknown>;

export const isNewLine = (line: Line) => String(line.id).startsWith('new:');

/** What keeps a line from being saved: fields that lack their value, and those that hold what cannot be read. */
export const lineGaps = (fields: Field[], line: Line) => fields.filter((field) => isWritable(field) && (line[field.name] instanceof Unread || (field.required && isEmpty(line[field.name]))));

/** Whether a line has what it needs to be saved. */
export const isLineWhole = (fields: Field[], line: Line) => lineGaps(fields, line).length === 0;

/** Whether somebody has begun to fill a new line: it holds more than what every line starts with. */
export function isLineBegun(fields: Field[], line: Line): boolean {
  const first = defaultValues(fields);
  return fields.some((field) => isWritable(field) && (line[field.name] instanceof Unread || !sameValue(field, line[field.name], first[field.name])));
}

/** Money columns that add up to something; a price of one piece does not. */
export const isTotalled = (field: Field) => field.type === 'money' && !/(^|_)(unit_)?price$|rate$/.test(field.name);
