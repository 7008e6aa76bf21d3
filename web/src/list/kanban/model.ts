import { type Catalog, isToOne, targetOf } from '@/catalog/catalog';
import type { Entity, Field, RecordData, Reference } from '@/catalog/types';
import { choiceLabel } from '@/fields/format';
import { hueOfChoice } from '@/fields/inputs/ChoiceInputs';
import { isWritable } from '@/fields/mapping';
import { referenceTitle } from '@/fields/reference';
import { type Hue, hueOf } from '@/ui/hue';
import type { Layout } from '../layout/model';

/** A value of the field by which columns or lanes stand; `key` is empty for records without one. */
export interface Group {
  key: string;
  label: string;
  hue: Hue;
  /** What a record has that stands here, as it is written. */
  value: unknown;
  /** The condition on a record that stands here. */
  filter: string;
}

/** Records that stand apart by one value and have their number and total, as the server groups them. */
export type GroupRow = Record<string, unknown>;

/** What a record holds in the field, as the key of its group. */
export function keyOf(field: Field, record: RecordData): string {
  const value = record[field.name];
  if (value === null || value === undefined) return '';
  return isToOne(field) ? ((value as Reference).id ?? '') : String(value);
}

/** What a record reads as that stands in a group. */
export const readAs = (field: Field, to: Group) => (isToOne(field) && to.key ? { id: to.key, title: to.label } : to.value);

const literal = (text: string) => JSON.stringify(text);

function groupOf(field: Field, key: string, label: string, hue: Hue): Group {
  if (!key) return { key, label, hue, value: null, filter: `${field.name} == ()` };
  if (field.type === 'boolean') return { key, label, hue, value: key === 'true', filter: `${field.name} == ${key}` };
  return { key, label, hue, value: key, filter: `${field.name} == ${literal(key)}` };
}

interface Words {
  none: string;
  yes: string;
  no: string;
}

/** The groups in their order: choices as they are drawn, records of others by name, those without a value at the end where there are such. */
export function groupsOf(field: Field, rows: GroupRow[], words: Words, always = false): Group[] {
  const found = rows.map((row) => row[field.name]);
  const empty = found.some((value) => value === null || value === undefined) ? [groupOf(field, '', words.none, 'slate')] : [];
  if (field.type === 'boolean') return [groupOf(field, 'true', words.yes, 'green'), groupOf(field, 'false', words.no, 'slate'), ...empty];
  if (field.type === 'choice') {
    const there = new Set(found.map(String));
    const choices = (field.choices ?? []).filter((choice) => always || there.has(choice.value));
    return [...choices.map((choice) => groupOf(field, choice.value, choiceLabel(field, choice.value), hueOfChoice(field, choice.value))), ...empty];
  }
  const target = targetOf(field);
  const named = new Map<string, string>();
  for (const value of found) if (value) named.set((value as Reference).id, referenceTitle(value as Reference, target));
  const links = [...named].sort(([, a], [, b]) => a.localeCompare(b)).map(([id, title]) => groupOf(field, id, title, hueOf(title)));
  return [...links, ...empty];
}

/** Whether the person may move cards between the groups of a field. */
export const movable = (entity: Entity, field: Field | undefined) => !!field && entity.operations.update && !entity.read_only && isWritable(field);

export interface CardFields {
  title?: string;
  second: [string, Field][];
  amount?: [string, Field];
  date?: [string, Field];
  person?: [string, Field];
}

/** Which of the columns a card tells where: lines under its name, the money in bold, the date and the person at its foot. */
export function cardFields(catalog: Catalog, entity: Entity, columns: string[], { group_by, lanes }: Layout): CardFields {
  const fields = columns.flatMap((path): [string, Field][] => {
    const field = catalog.path(entity.name, path)?.at(-1);
    return field && path !== entity.title && path !== group_by && path !== lanes ? [[path, field]] : [];
  });
  const amount = fields.find(([, field]) => field.type === 'money');
  const date = fields.find(([, field]) => field.type === 'date' || field.type === 'datetime');
  const person = fields.find(([, field]) => targetOf(field) === 'user');
  return { second: fields.filter((item) => item !== amount && item !== date && item !== person).slice(0, 4), amount, date, person };
}
