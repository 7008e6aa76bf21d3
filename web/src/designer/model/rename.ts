/** Renamed entities, datasets and registers: the draft speaks of them by their new names everywhere, as the server will when it publishes. */
import type { DashboardDoc } from './dashboard';
import type { FormDoc } from './form';
import { type ApplicationDoc, keyOf, type DatasetDoc, type Doc, type EntityDoc, type FieldDoc, type RegisterDoc, type RoleDoc } from './types';

/** Entities, datasets and registers, which have no names in common. */
const isRead = (doc: Doc): boolean => doc.kind === 'entity' || doc.kind === 'dataset' || doc.kind === 'register';

/** Old technical names with the new ones. */
export type Renames = ReadonlyMap<string, string>;

/** Finds, by identity, the entities and datasets of the draft that have another name than the published ones. */
export function renamesOf(published: Iterable<Doc>, drafted: Iterable<Doc>): Renames {
  const old = new Map([...published].filter((doc) => isRead(doc) && doc.id).map((doc) => [doc.id!, doc.name]));
  const pairs = [...drafted].filter(isRead).map((doc): [string | undefined, string] => [doc.id && old.get(doc.id), doc.name]);
  return new Map(pairs.filter((pair): pair is [string, string] => pair[0] !== undefined && pair[0] !== pair[1]));
}

/** The document with the new names wherever it names an entity; the same object when it names none that was renamed. */
export function follow<T extends Doc>(doc: T, renames: Renames): T {
  if (!renames.size) return doc;
  if (doc.kind === 'entity') return followFields(doc, renames) as T;
  if (doc.kind === 'role') return followRole(doc, renames) as T;
  if (doc.kind === 'dataset') return followSources(doc, renames) as T;
  if (doc.kind === 'register') return followRegister(doc, renames) as T;
  if (doc.kind === 'dashboard') return followDashboard(doc, renames) as T;
  if (doc.kind === 'form') return followForm(doc, renames) as T;
  return doc.kind === 'application' ? (followApplication(doc, renames) as T) : doc;
}

function followApplication(doc: ApplicationDoc, renames: Renames): ApplicationDoc {
  const named = (item: { entity?: string }) => !!item.entity && renames.has(item.entity);
  const swap = <I extends { entity?: string }>(item: I): I => (named(item) ? { ...item, entity: renames.get(item.entity!) } : item);
  if (!doc.home?.some(named) && !doc.sections?.some((section) => section.items?.some(named))) return doc;
  const sections = doc.sections?.map((section) => (section.items ? { ...section, items: section.items.map(swap) } : section));
  return { ...doc, ...(doc.home && { home: doc.home.map(swap) }), ...(sections && { sections }) };
}

function followFields(doc: EntityDoc, renames: Renames): EntityDoc {
  const names = (field: FieldDoc) => [field.target ?? '', ...(field.targets ?? [])];
  if (!doc.fields?.some((field) => names(field).some((name) => renames.has(name)))) return doc;
  const swap = (name: string) => renames.get(name) ?? name;
  const fields = doc.fields.map((field) => ({
    ...field,
    ...(field.target ? { target: swap(field.target) } : {}),
    ...(field.targets ? { targets: field.targets.map(swap) } : {}),
  }));
  return { ...doc, fields };
}

function followSources(doc: DatasetDoc, renames: Renames): DatasetDoc {
  const swap = (name: string) => renames.get(name) ?? name;
  const joined = (join: { entity?: string }) => (join.entity ? { entity: swap(join.entity) } : {});
  const parts = doc.parts.map((part) => ({ ...part, entity: swap(part.entity), ...(part.joins && { joins: part.joins.map((join) => ({ ...join, ...joined(join) })) }) }));
  return parts.every((part, at) => part.entity === doc.parts[at]!.entity && part.joins?.every((join, place) => join.entity === doc.parts[at]!.joins![place]!.entity) !== false) ? doc : { ...doc, parts };
}

function followRegister(doc: RegisterDoc, renames: Renames): RegisterDoc {
  const { dataset, balance } = doc;
  if (dataset && renames.has(dataset)) return { ...doc, dataset: renames.get(dataset) };
  const named = [...(balance?.dimensions ?? []).map((one) => one.target ?? ''), ...(balance?.postings ?? []).map((one) => one.entity)];
  if (!balance || !named.some((name) => renames.has(name))) return doc;
  const dimensions = balance.dimensions.map((one) => (one.target ? { ...one, target: renames.get(one.target) ?? one.target } : one));
  return { ...doc, balance: { ...balance, dimensions, postings: balance.postings.map((one) => ({ ...one, entity: renames.get(one.entity) ?? one.entity })) } };
}

function followDashboard(doc: DashboardDoc, renames: Renames): DashboardDoc {
  const follows = <T extends object>(one: T): T => ('entity' in one && typeof one.entity === 'string' && renames.has(one.entity) ? { ...one, entity: renames.get(one.entity) } : one);
  return [...(doc.widgets ?? []), ...(doc.filters ?? [])].some((one) => follows(one) !== one) ? { ...doc, widgets: doc.widgets?.map(follows), filters: doc.filters?.map(follows) } : doc;
}

/** The form's entity, and those that its widgets read, at any depth. */
function followForm(doc: FormDoc, renames: Renames): FormDoc {
  const follows = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      const next = value.map(follows);
      return next.some((one, at) => one !== value[at]) ? next : value;
    }
    if (typeof value !== 'object' || value === null) return value;
    const next = Object.entries(value).map(([key, part]): [string, unknown] => [key, key === 'entity' && typeof part === 'string' ? (renames.get(part) ?? part) : follows(part)]);
    return next.some(([key, part]) => part !== (value as Record<string, unknown>)[key]) ? Object.fromEntries(next) : value;
  };
  return follows(doc) as FormDoc;
}

function followRole(doc: RoleDoc, renames: Renames): RoleDoc {
  if (!doc.entities || !Object.keys(doc.entities).some((name) => renames.has(name))) return doc;
  return { ...doc, entities: Object.fromEntries(Object.entries(doc.entities).map(([name, row]) => [renames.get(name) ?? name, row])) };
}

/** The published documents by the keys that the draft knows them by. */
export function publishedByKey(published: Doc[], renames: Renames): Map<string, Doc> {
  return new Map(published.map((doc) => {
    const name = (isRead(doc) && renames.get(doc.name)) || doc.name;
    return [keyOf({ kind: doc.kind, name }), follow(doc, renames)];
  }));
}
