/** Datasets: new ones, and edits that keep their parts, joins and columns in step. */
import { documentName } from './entities';
import { nameFromLabel, newId, uniqueName } from './naming';
import { type Aggregate, type ColumnDoc, type DatasetDoc, type JoinDoc, type Label, labelOf, type Language, type PartDoc, textOf } from './types';

/** How the value of a column comes about. */
export type How = 'value' | Aggregate | 'calculated';

export const howOf = (column: ColumnDoc): How => (column.expression !== undefined ? 'calculated' : (column.aggregate ?? 'value'));

/** Says whether the column takes values from the parts; a count may do without. */
export const takesValues = (column: ColumnDoc): boolean => column.expression === undefined;

/** A dataset of the records of one entity, with its first column. */
export function newDataset(label: Label, plural: Label, icon: string, entity: string, first: { path: string; label?: Label }, taken: string[]): DatasetDoc {
  const column: ColumnDoc = { id: newId(), name: columnName(first.label ?? {}, [], first.path), label: first.label };
  return {
    kind: 'dataset', id: newId(), name: documentName(label, taken, 'dataset'), label, plural: { ...label, ...plural }, icon,
    parts: [{ entity, values: { [column.name]: first.path } }], fields: [column],
  };
}

/** A dataset whose rows one SELECT gives: at first the names of the records of an entity. */
export function newSqlDataset(label: Label, icon: string, entity: string, first: string, taken: string[]): DatasetDoc {
  return { kind: 'dataset', id: newId(), name: documentName(label, taken, 'dataset'), label, plural: label, icon, parts: [], sql: `SELECT ${first}\nFROM ${entity}\n`, fields: [] };
}

/** Says whether one SELECT gives the rows. */
export const isSql = (doc: DatasetDoc): boolean => doc.sql !== undefined;

const columnName = (label: Label, taken: string[], path = ''): string => uniqueName(nameFromLabel(label.en || label.ru || path.split('.').at(-1) || '', 'column'), taken);

const names = (doc: DatasetDoc): string[] => doc.fields.map((column) => column.name);

/** Adds a column at the end; what a part gives for it follows the given values, one for each part. */
export function addColumn(doc: DatasetDoc, label: Label, values: (string | undefined)[] = [], rest: Partial<ColumnDoc> = {}): DatasetDoc {
  const path = values.find((value) => value && /^[\w.]+$/.test(value));
  const column: ColumnDoc = { id: newId(), name: columnName(label, names(doc), path), label, ...rest };
  const parts = doc.parts.map((part, at) => (values[at] ? withValue(part, column.name, values[at]) : part));
  return { ...doc, parts, fields: [...doc.fields, column] };
}

function withValue(part: PartDoc, name: string, value: string | undefined): PartDoc {
  const { [name]: _, ...others } = part.values ?? {};
  const values = value ? { ...others, [name]: value } : others;
  return { ...part, values: Object.keys(values).length ? values : undefined };
}

/** Says what the column takes in a part; nothing leaves it empty there. */
export const setValue = (doc: DatasetDoc, part: number, column: string, value: string | undefined): DatasetDoc =>
  ({ ...doc, parts: doc.parts.map((one, at) => (at === part ? withValue(one, column, value) : one)) });

/** Changes a column; one of a SELECT is listed once something is said of it. */
export function patchColumn(doc: DatasetDoc, name: string, change: Partial<ColumnDoc>): DatasetDoc {
  const isListed = !isSql(doc) || doc.fields.some((column) => column.name === name);
  const fields = isListed ? doc.fields : [...doc.fields, { id: newId(), name }];
  return { ...doc, fields: fields.map((column) => (column.name === name ? { ...column, ...change } : column)) };
}

/** The columns of a dataset in SQL: those that the SELECT gives by the server's word, then what is listed beside. */
export function sqlColumns(doc: DatasetDoc, given: { name: string }[]): { column: ColumnDoc; isGiven: boolean }[] {
  const known = given.filter((field) => doc.fields.find((column) => column.name === field.name)?.expression === undefined);
  const listed = known.map((field) => ({ column: doc.fields.find((column) => column.name === field.name) ?? { name: field.name }, isGiven: true }));
  const names = new Set(known.map((field) => field.name));
  return [...listed, ...doc.fields.filter((column) => !names.has(column.name)).map((column) => ({ column, isGiven: false }))];
}

/** Names of the tables that a SELECT reads, with those that it gives itself. */
export function tablesOf(sql: string): { table: string; alias: string }[] {
  const plain = sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ').replace(/'(?:[^']|'')*'/g, "''");
  const found: { table: string; alias: string }[] = [];
  const item = String.raw`"?([a-z_][a-z0-9_]*)"?(?:\s+(?:as\s+)?"?(?!(?:where|on|join|left|right|inner|cross|group|order|having|limit|offset|union)\b)([a-z_][a-z0-9_]*)"?)?`;
  for (const clause of plain.matchAll(new RegExp(String.raw`\b(?:from|join)\s+(${item}(?:\s*,\s*${item})*)`, 'gi'))) {
    for (const one of clause[1]!.matchAll(new RegExp(item, 'gi'))) found.push({ table: one[1]!.toLowerCase(), alias: (one[2] ?? one[1]!).toLowerCase() });
  }
  return found;
}

/** Takes the column out of the fields and of every part. */
export function removeColumn(doc: DatasetDoc, name: string): DatasetDoc {
  const title = doc.title === name ? undefined : doc.title;
  return { ...doc, title, fields: doc.fields.filter((column) => column.name !== name), parts: doc.parts.map((part) => withValue(part, name, undefined)) };
}

export function orderColumns(doc: DatasetDoc, order: string[]): DatasetDoc {
  const place = (column: ColumnDoc) => order.indexOf(column.name);
  return { ...doc, fields: [...doc.fields].sort((a, b) => place(a) - place(b)) };
}

/** Types that say something else than the value itself: what they bring goes with them. */
const DIGITS = ['decimal', 'money', 'percent'];

/** Reads the column as another type, or again as what it takes; `money` is the currency of the other amounts. */
export function setType(doc: DatasetDoc, name: string, type: string | undefined, money?: string | null): DatasetDoc {
  const column = doc.fields.find((one) => one.name === name);
  return patchColumn(doc, name, { type, scale: type && DIGITS.includes(type) ? column?.scale : undefined, currency: type === 'money' ? (column?.currency ?? money ?? undefined) : undefined });
}

/** Chooses how the column comes about. What the parts gave stays where it still counts, and goes where it would be a mistake. */
export function setHow(doc: DatasetDoc, name: string, how: How): DatasetDoc {
  const column = doc.fields.find((one) => one.name === name);
  if (!column || howOf(column) === how) return doc;
  const next = patchColumn(doc, name, { aggregate: how === 'value' || how === 'calculated' ? undefined : how, expression: how === 'calculated' ? (column.expression ?? '') : undefined });
  return how === 'calculated' ? { ...next, parts: next.parts.map((part) => withValue(part, name, undefined)) } : next;
}

const mention = (name: string): RegExp => new RegExp(`(?<![\\w.])${name}(?!\\w)`, 'g');

/** Writes a name of a dotted beginning differently, outside of texts. */
export function renamed(text: string, from: string, to: string): string {
  return text.split(/("(?:[^"\\]|\\.)*")/).map((part, at) => (at % 2 ? part : part.replace(mention(from), to))).join('');
}

/** Gives the column another name, wherever the dataset speaks of it. */
export function renameColumn(doc: DatasetDoc, from: string, to: string): DatasetDoc {
  if (from === to) return doc;
  const text = (one: string | undefined) => one && renamed(one, from, to);
  return {
    ...doc,
    title: doc.title === from ? to : doc.title,
    having: text(doc.having),
    fields: doc.fields.map((column) => ({ ...column, name: column.name === from ? to : column.name, ...(column.expression !== undefined && { expression: text(column.expression) ?? '' }) })),
    parts: doc.parts.map((part) => {
      const value = part.values?.[from];
      return value === undefined ? part : withValue(withValue(part, from, undefined), to, value);
    }),
  };
}

/** The name that a column's label asks for, unless it was published under the one it has. */
export function settledName(doc: DatasetDoc, name: string, published: DatasetDoc | undefined): string {
  const column = doc.fields.find((one) => one.name === name);
  const text = column && (column.label?.en || column.label?.ru);
  if (!text || published?.fields.some((one) => (one.id ?? one.name) === (column.id ?? column.name))) return name;
  return columnName(column.label ?? {}, names(doc).filter((one) => one !== name));
}

/** Adds rows of another entity below those that there are; its columns are still to be filled. */
export const addPart = (doc: DatasetDoc, entity: string): DatasetDoc => ({ ...doc, parts: [...doc.parts, { entity }] });

/** Takes a part away, unless it is the last one. */
export const removePart = (doc: DatasetDoc, at: number): DatasetDoc => (doc.parts.length < 2 ? doc : { ...doc, parts: doc.parts.filter((_, place) => place !== at) });

export const patchPart = (doc: DatasetDoc, at: number, change: Partial<PartDoc>): DatasetDoc =>
  ({ ...doc, parts: doc.parts.map((part, place) => (place === at ? { ...part, ...change } : part)) });

/** Begins a part with other records: what spoke of the old ones goes. */
export const setEntity = (doc: DatasetDoc, at: number, entity: string): DatasetDoc =>
  (doc.parts[at]?.entity === entity ? doc : { ...doc, parts: doc.parts.map((part, place) => (place === at ? { entity } : part)) });

/** A name for what is joined that neither the record's fields nor other joins have. */
export const joinName = (label: string, part: PartDoc, fields: string[]): string => uniqueName(nameFromLabel(label, 'joined'), [...fields, ...(part.joins ?? []).map((join) => join.name)]);

export const addJoin = (doc: DatasetDoc, at: number, join: JoinDoc): DatasetDoc => patchPart(doc, at, { joins: [...(doc.parts[at]?.joins ?? []), join] });

/** Gives what is joined another name, wherever the part speaks of it. */
export function renameJoin(doc: DatasetDoc, at: number, index: number, to: string): DatasetDoc {
  const part = doc.parts[at];
  const from = part?.joins?.[index]?.name;
  if (!part || !from || from === to) return doc;
  const text = (one: string) => renamed(one, from, to);
  return patchPart(doc, at, {
    joins: part.joins?.map((join, place) => (place === index ? { ...join, name: to } : place < index ? join : { ...join, ...(join.through && { through: text(join.through) }), ...(join.on && { on: join.on.map((pair) => ({ ...pair, left: text(pair.left) })) }) })),
    ...(part.filter && { filter: text(part.filter) }),
    ...(part.values && { values: Object.fromEntries(Object.entries(part.values).map(([name, value]) => [name, text(value)])) }),
  });
}

/** Takes a join away, with the values, the pairs and further joins that read it. */
export function removeJoin(doc: DatasetDoc, at: number, index: number): DatasetDoc {
  const part = doc.parts[at];
  if (!part?.joins?.[index]) return doc;
  const gone = new Set([part.joins[index].name]);
  const reads = (text: string | undefined) => text !== undefined && [...gone].some((name) => renamed(text, name, '') !== text);
  const joins = part.joins.filter((join, place) => {
    const lost = place === index || reads(join.through) || join.on?.some((pair) => reads(pair.left));
    if (lost) gone.add(join.name);
    return !lost;
  });
  const values = Object.fromEntries(Object.entries(part.values ?? {}).filter(([, value]) => !reads(value)));
  return patchPart(doc, at, { joins: joins.length ? joins : undefined, values: Object.keys(values).length ? values : undefined, ...(reads(part.filter) && { filter: undefined }) });
}

/** The columns by which rows are grouped; nothing when no column is an aggregate. */
export function groupedBy(doc: DatasetDoc): ColumnDoc[] | undefined {
  return doc.fields.some((column) => column.aggregate) ? doc.fields.filter((column) => howOf(column) === 'value') : undefined;
}

/** What is still to be done so that the dataset can be published: the texts of `studio.datasets`. */
export interface Hint {
  text: 'hint_value' | 'hint_expression' | 'hint_pairs' | 'hint_part';
  column?: string;
  part?: number;
}

export function hintsOf(doc: DatasetDoc): Hint[] {
  const hints: Hint[] = [];
  for (const column of doc.fields) {
    if (isSql(doc) && column.expression === undefined) continue;
    if (column.expression !== undefined) {
      if (!column.expression.trim()) hints.push({ text: 'hint_expression', column: column.name });
    } else if (column.aggregate !== 'count' && !doc.parts.some((part) => part.values?.[column.name])) hints.push({ text: 'hint_value', column: column.name });
  }
  doc.parts.forEach((part, at) => {
    if (part.joins?.some((join) => !join.through && !join.on?.length)) hints.push({ text: 'hint_pairs', part: at });
    if (doc.parts.length > 1 && !Object.keys(part.values ?? {}).length) hints.push({ text: 'hint_part', part: at });
  });
  return hints;
}

/** The part of a date that a column takes, for one row each day, month, quarter or year. */
export const UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const;
export type Unit = (typeof UNITS)[number];
const START = /^(.+)\.start_of\("(week|month|quarter|year)"\)$/;
const DAY = /^date\((.+)\)$/;

/** Reads a value as the path of a date and the unit that it is taken by. */
export function unitOf(value: string): { path: string; unit?: Unit } {
  const start = START.exec(value);
  const inner = start ? start[1]! : value;
  const day = DAY.exec(inner);
  const path = day ? day[1]! : inner;
  return { path, unit: start ? (start[2] as Unit) : day ? 'day' : undefined };
}

/** Takes a date by a unit: the first day of its month, so that months of two years stay two. */
export function byUnit(path: string, unit: Unit | undefined, isInstant: boolean): string {
  if (!unit || (unit === 'day' && !isInstant)) return path;
  const date = isInstant ? `date(${path})` : path;
  return unit === 'day' ? date : `${date}.start_of("${unit}")`;
}

/** The name of a column as people read it: its own, else that of the field it is taken from. */
export function columnLabel(column: ColumnDoc, language: Language, taken?: string): string {
  return textOf(column.label, language) || taken || labelOf(column, language);
}
