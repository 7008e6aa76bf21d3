import i18next from 'i18next';
import { type Catalog, ownFields } from '@/catalog/catalog';
import type { Entity, Field, FieldType } from '@/catalog/types';
import { defaultValues, isEmpty, isWritable, sameValue } from '@/fields/mapping';
import { Unread } from '@/fields/unread';
import { holds } from './conditions';

const NOT_IN_LINES: FieldType[] = ['children', 'links', 'rich_text', 'json', 'address', 'location', 'secret', 'inverse', 'any_link'];

/** Fields of a line that its table shows: all but the way back to the record that owns it. */
export function lineFields(catalog: Catalog, field: Field): Field[] {
  const target = catalog.entity(field.target);
  if (!target) return [];
  return ownFields(target).filter((item) => !NOT_IN_LINES.includes(item.type) && item.name !== field.inverse && item.name !== target.owner?.field);
}

/** The columns a form chose, in its order; what every line needs stands after them, else none could be filled. */
export function chosenFields(fields: Field[], columns: string[] | undefined): Field[] {
  if (!columns?.length) return fields;
  const chosen = columns.flatMap((name) => fields.find((field) => field.name === name) ?? []);
  const first = defaultValues(fields);
  return chosen.length ? [...chosen, ...fields.filter((field) => field.required && isWritable(field) && !chosen.includes(field) && isEmpty(first[field.name]))] : fields;
}

/** The fields of a record that hold lines a person can fill. */
export const lineOwners = (catalog: Catalog, entity: Entity): Field[] => ownFields(entity).filter((field) => field.type === 'children' && isWritable(field) && lineFields(catalog, field).length > 0);

/** Says which cell a mistake is in: `/items/1/quantity` is the quantity of the second line. */
export function cellOf(catalog: Catalog, entity: Entity, path: string): string | undefined {
  const [name, index, cell] = path.split('/').filter(Boolean);
  const field = entity.fields.find((one) => one.name === name && one.type === 'children');
  if (!field || !/^\d+$/.test(index ?? '')) return undefined;
  const label = cell && catalog.field(field.target ?? '', cell)?.label;
  return [i18next.t('work:lines.line', { number: Number(index) + 1 }), label].filter(Boolean).join(', ');
}

export type Line = Record<string, unknown>;

export const isNewLine = (line: Line) => String(line.id).startsWith('new:');

/** New lines with the values of others. */
export const copiesOf = (fields: Field[], lines: Line[]): Line[] => lines.map((line, index) => ({ ...Object.fromEntries(fields.filter(isWritable).map((field) => [field.name, line[field.name]])), id: `new:copy${index}` }));

/** What keeps a line from being saved: fields that lack their value, and those that hold what cannot be read. */
export const lineGaps = (fields: Field[], line: Line, catalog?: Catalog) => fields.filter((field) => isWritable(field) && (line[field.name] instanceof Unread || (isNeeded(field, line, catalog) && isEmpty(line[field.name]))));

/** Whether a line needs a value, as far as its own values tell. */
function isNeeded(field: Field, line: Line, catalog?: Catalog): boolean {
  if (!catalog || !(field.show || field.require)) return !!field.required;
  const shown = !field.show || (holds(catalog, field.show, line) ?? true);
  return shown && (!!field.required || !!(field.require && holds(catalog, field.require, line)));
}

/** Whether a line has what it needs to be saved. */
export const isLineWhole = (fields: Field[], line: Line, catalog?: Catalog) => lineGaps(fields, line, catalog).length === 0;

/** A line that is not whole: the field whose line it is, its number from one, and what it lacks. */
export interface LineGap {
  field: Field;
  line: number;
  fields: Field[];
}

/** Lists the lines that are not whole, those of the record first and then the new ones; one that nobody has begun lacks nothing. */
export function gapsIn(catalog: Catalog, owners: Field[], values: Record<string, unknown>, begun: Record<string, Line[]>): LineGap[] {
  return owners.flatMap((field) => {
    const fields = lineFields(catalog, field);
    const lines = [...((values[field.name] as Line[] | null | undefined) ?? []), ...(begun[field.name] ?? [])];
    return lines.flatMap((line, index) => {
      const lacking = !isNewLine(line) || isLineBegun(fields, line) ? lineGaps(fields, line, catalog) : [];
      return lacking.length ? [{ field, line: index + 1, fields: lacking }] : [];
    });
  });
}

/** Whether somebody has begun to fill a new line: it holds more than what every line starts with. */
export function isLineBegun(fields: Field[], line: Line): boolean {
  const first = defaultValues(fields);
  return fields.some((field) => isWritable(field) && (line[field.name] instanceof Unread || !sameValue(field, line[field.name], first[field.name])));
}

/** Money columns that add up to something; a price of one piece does not. */
export const isTotalled = (field: Field) => field.type === 'money' && !/(^|_)(unit_)?price$|rate$/.test(field.name);
