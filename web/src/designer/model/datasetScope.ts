/** What expressions of a dataset may speak of, as entities of a catalog: the attribute tree and the rule builder know no other. */
import { Catalog, isNumeric, isToMany, targetOf } from '@/catalog/catalog';
import type { CatalogData, Entity, Field, FieldType } from '@/catalog/types';
import { columnLabel, isSql, sqlColumns, tablesOf, unitOf } from './dataset';
import { type ColumnDoc, type DatasetDoc, type JoinDoc, labelOf, type Language, type PartDoc, textOf } from './types';

/** An entity of a catalog, under a name that no document has. */
export interface Scope {
  catalog: Catalog;
  name: string;
}

const READ = { read: true, create: false, update: false, delete: false };
const entityOf = (name: string, label: string, fields: Field[]): Entity => ({ id: name, name, label, plural: label, operations: READ, read_only: true, fields });
const within = (catalog: Catalog, entity: Entity): Scope => ({ catalog: new Catalog({ ...catalog.data, entities: [...catalog.data.entities, entity] }), name: entity.name });

/** The record of a part, and beside its fields what is joined, as far as the given join. */
export function partScope(catalog: Catalog, part: PartDoc, before = Infinity): Scope {
  const record = catalog.entity(part.entity);
  let scope = within(catalog, entityOf('part~', record?.label ?? part.entity, [...(record?.fields ?? [])]));
  for (const join of (part.joins ?? []).slice(0, before)) {
    const target = joinedEntity(scope, join);
    if (!target) continue;
    const joined: Field = { id: `${join.name}~`, name: join.name, label: joinLabel(scope, join), type: 'link', target };
    scope = within(catalog, entityOf('part~', record?.label ?? part.entity, [joined, ...scope.catalog.entity(scope.name)!.fields]));
  }
  return scope;
}

/** The entity whose records a join leads to. */
export function joinedEntity(scope: Scope, join: JoinDoc): string | undefined {
  if (!join.through) return join.entity;
  const last = scope.catalog.path(scope.name, join.through)?.at(-1);
  return last && targetOf(last);
}

/** What is joined, in words: one record of its entity; one that is called like a field beside it shows its name too. */
export function joinLabel(scope: Scope, join: JoinDoc): string {
  const label = scope.catalog.entity(joinedEntity(scope, join))?.label ?? join.name;
  const same = scope.catalog.entity(scope.name)?.fields.some((field) => field.label === label);
  return same ? `${label} (${join.name})` : label;
}

/** The relation that a join goes along, in words. */
export const wayLabel = (scope: Scope, join: JoinDoc): string => (join.through && scope.catalog.path(scope.name, join.through)?.map((field) => field.label).join(' › ')) || join.name;

/** The relations to many that a join may go along: those of the record and of what was joined before. */
export function ways(scope: Scope): { through: string; label: string; target: string }[] {
  const record = scope.catalog.entity(scope.name);
  const of = (fields: Field[], before: Field[]) => fields.filter((field) => isToMany(field) && scope.catalog.entity(targetOf(field))).map((field) => ({
    through: [...before, field].map((one) => one.name).join('.'), label: [...before, field].map((one) => one.label).join(' › '), target: targetOf(field)!,
  }));
  const joined = record?.fields.filter((field) => field.id.endsWith('~')) ?? [];
  return [...of(record?.fields ?? [], []), ...joined.flatMap((field) => of(scope.catalog.entity(targetOf(field))?.fields ?? [], [field]))];
}

/** The field that a value is taken from; an expression has none. */
export const fieldOf = (scope: Scope, value: string | undefined): Field | undefined => (value ? scope.catalog.path(scope.name, value)?.at(-1) : undefined);

/** The type of an expression, as far as it can be seen; the server knows better once it is published. */
function guessed(scope: Scope, value: string): FieldType {
  const { path, unit } = unitOf(value);
  if (unit && scope.catalog.path(scope.name, path)) return 'date';
  if (/\.(count|month|quarter|year|day|week)\(\)$/.test(value)) return 'integer';
  return /^"|\+ "|" \+/.test(value) ? 'text' : 'decimal';
}

/** What a column is, by its own word, by what it takes, and by what is made of that; `known` is what the server took it for, now or when it was published. */
export function columnField(doc: DatasetDoc, column: ColumnDoc, language: Language, scopes: Scope[], known?: Field, isCurrent = false): Field {
  const first = doc.parts.findIndex((part) => part.values?.[column.name]);
  const value = doc.parts[first]?.values?.[column.name];
  const scope = scopes[first];
  const field = scope && fieldOf(scope, value);
  const own: Field = { id: column.id ?? column.name, name: column.name, label: columnLabel(column, language, field?.label ?? (isSql(doc) ? known?.label : undefined)), type: 'decimal', read_only: true };
  const base = { ...own, description: textOf(column.description, language) || undefined, scale: column.scale, currency: column.currency };
  if (known && isCurrent && (!column.type || column.type === known.type)) return { ...known, label: own.label };
  if (column.type) return { ...base, type: column.type as FieldType };
  if (column.aggregate === 'count' || column.aggregate === 'count_distinct') return { ...base, type: 'integer' };
  if (field) {
    const average = column.aggregate === 'avg' && !['money', 'percent', 'duration'].includes(field.type);
    if (average) return { ...base, type: 'decimal' };
    return { ...base, type: field.type === 'auto_number' ? 'text' : field.type, target: targetOf(field), choices: field.choices, currency: field.currency, scale: field.scale };
  }
  if (known) return { ...known, label: own.label };
  return scope && value ? { ...base, type: guessed(scope, value) } : base;
}

/** The finished row: its columns as fields, for what is calculated from them and for the condition on rows; `known` are those that the server tells. */
export function rowScope(catalog: Catalog, doc: DatasetDoc, language: Language, known: Field[] = [], without?: string): Scope {
  const scopes = doc.parts.map((part) => partScope(catalog, part));
  const columns = isSql(doc) ? withGiven(doc, known) : doc.fields;
  const fields = columns.filter((column) => column.name !== without).map((column) => columnField(doc, column, language, scopes, known.find((field) => field.name === column.name), true));
  return within(catalog, entityOf('row~', labelOf(doc, language), fields));
}

/** A catalog with the datasets of the draft, each after those that it reads; `known` are the published entities. */
export function withDatasets(data: CatalogData, known: Entity[], docs: DatasetDoc[], language: Language): CatalogData {
  const published = new Map(known.map((entity) => [entity.id, entity]));
  let { entities } = data;
  const done = new Set<string>();
  const byName = new Map(docs.map((doc) => [doc.name, doc]));
  const add = (doc: DatasetDoc) => {
    if (done.has(doc.name)) return;
    done.add(doc.name);
    for (const name of readBy(doc)) if (byName.has(name)) add(byName.get(name)!);
    const catalog = new Catalog({ ...data, entities });
    const before = published.get(doc.id ?? doc.name);
    const label = labelOf(doc, language);
    const scopes = doc.parts.map((part) => partScope(catalog, part));
    const columns = isSql(doc) ? withGiven(doc, before?.fields ?? []) : doc.fields;
    const fields = columns.map((column) => columnField(doc, column, language, scopes, before?.fields.find((field) => field.name === column.name)));
    const title = doc.title ?? before?.title ?? doc.fields.find((column) => column.expression === undefined)?.name;
    entities = [...entities, { ...entityOf(doc.name, label, fields), id: doc.id ?? doc.name, plural: textOf(doc.plural, language) || label, icon: doc.icon, title, dataset: true, operations: { ...READ, export: true } }];
  };
  for (const doc of docs) add(doc);
  return { ...data, entities };
}

/** The columns that are listed, behind those that the server knows of the SELECT. */
function withGiven(doc: DatasetDoc, known: Field[]): ColumnDoc[] {
  return sqlColumns(doc, known.filter((field) => field.name !== 'id')).map(({ column }) => column);
}

/** The entities and datasets that a dataset reads. */
export const readBy = (doc: DatasetDoc): string[] => [...new Set(doc.sql !== undefined ? tablesOf(doc.sql).map((one) => one.table) : doc.parts.flatMap((part) => [part.entity, ...(part.joins ?? []).flatMap((join) => (join.entity ? [join.entity] : []))]))];

/** Datasets that a dataset may begin with: not itself and none that reads it. */
export function readable(doc: DatasetDoc | undefined, docs: DatasetDoc[]): DatasetDoc[] {
  if (!doc) return docs;
  const reads = (one: DatasetDoc, seen: Set<string>): boolean => one.name === doc.name || readBy(one).some((name) => {
    const next = docs.find((other) => other.name === name);
    return next !== undefined && !seen.has(name) && reads(next, seen.add(name));
  });
  return docs.filter((one) => !reads(one, new Set([one.name])));
}

/** Types that a dataset's column can hold. */
const HELD: FieldType[] = ['json', 'address', 'location', 'secret', 'file', 'image', 'multi_choice', 'any_link', 'rich_text'];
export const fitsDataset = (field: Field): boolean => !HELD.includes(field.type) && !isToMany(field);
export const isAddable = (field: Field): boolean => isNumeric(field) || field.type === 'duration';
