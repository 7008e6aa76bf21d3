/** Entities as the Studio shows them: those of the documents and those of the product. */
import type { Entity, Field } from '@/catalog/types';
import type { DatasetDoc, Doc, EntityDoc, Language, RegisterDoc } from '../model/types';
import { keyOf, labelOf } from '../model/types';

export interface EntityView {
  name: string;
  key: string;
  label: string;
  icon?: string | null;
  doc: EntityDoc;
  published?: EntityDoc;
  system: boolean;
  readOnly: boolean;
  /** Fields that the product defines: shown, never edited. */
  builtIn: Field[];
  /** The entity whose lines these are. */
  parent?: string;
  /** Whether it is composed of others, and only read. */
  dataset?: boolean;
}

const ATTRIBUTES = new Set(['id', 'created_at', 'created_by', 'updated_at', 'updated_by', 'owner', 'version', 'deleted_at']);

/** Lists all entities, the product's own after the others, each by its label. */
export function entityViews(documents: Map<string, Doc>, published: Map<string, Doc>, catalog: Entity[], language: Language): EntityView[] {
  const systems = new Map(catalog.filter((entity) => entity.system).map((entity) => [entity.name, entity]));
  const parents = parentsOf(documents);
  const views: EntityView[] = [];
  for (const [key, doc] of documents) {
    if (doc.kind !== 'entity' || systems.has(doc.name)) continue;
    views.push({ name: doc.name, key, label: labelOf(doc, language), icon: doc.icon, doc, published: published.get(key) as EntityDoc | undefined, system: false, readOnly: false, builtIn: [], parent: parents.get(doc.name) });
  }
  for (const entity of systems.values()) views.push(systemView(entity, documents, published, language));
  return views.sort((a, b) => Number(a.system) - Number(b.system) || a.label.localeCompare(b.label, language));
}

function systemView(entity: Entity, documents: Map<string, Doc>, published: Map<string, Doc>, language: Language): EntityView {
  const key = `entity/${entity.name}`;
  const own = documents.get(key) as EntityDoc | undefined;
  const doc: EntityDoc = own ?? { kind: 'entity', name: entity.name, fields: [] };
  const old = (published.get(key) as EntityDoc | undefined) ?? { kind: 'entity', name: entity.name, fields: [] };
  const added = new Set([...(doc.fields ?? []), ...(old.fields ?? [])].map((field) => field.name));
  const builtIn = entity.fields.filter((field) => field.type !== 'inverse' && !ATTRIBUTES.has(field.name) && !added.has(field.name));
  return { name: entity.name, key, label: own?.label ? labelOf(own, language) : entity.label, icon: own?.icon ?? entity.icon, doc, published: old, system: true, readOnly: Boolean(entity.read_only), builtIn };
}

/** Datasets as entities that nobody writes, for whatever reads either: navigation, roles, other datasets. */
export function datasetViews(docs: (DatasetDoc | RegisterDoc)[], published: Map<string, Doc>, fields: (name: string) => Field[], language: Language): EntityView[] {
  return docs.map((doc) => {
    const key = keyOf(doc);
    const asEntity: EntityDoc = {
      kind: 'entity', id: doc.id, name: doc.name, label: doc.label, plural: doc.plural, icon: doc.icon,
      // Calculated: nobody writes them.
      fields: fields(doc.name).map((field) => ({ id: field.id, name: field.name, type: field.type, label: { [language]: field.label }, formula: { mode: 'dynamic', expression: '' } })),
    };
    return { name: doc.name, key, label: labelOf(doc, language), icon: doc.icon ?? 'table', doc: asEntity, published: published.has(key) ? asEntity : undefined, system: false, readOnly: true, builtIn: [], dataset: true };
  });
}

/** Registers in the same way: they have the fields of their datasets, and their names where they have none of their own. */
export function registerViews(docs: RegisterDoc[], datasets: DatasetDoc[], published: Map<string, Doc>, fields: (name: string) => Field[], language: Language): EntityView[] {
  const named = docs.filter((doc) => doc.dataset).map((doc) => {
    const dataset = datasets.find((one) => one.name === doc.dataset);
    return { ...doc, label: doc.label ?? dataset?.label, plural: doc.plural ?? doc.label ?? dataset?.plural, icon: doc.icon ?? 'database' };
  });
  const source = new Map(named.map((doc) => [doc.name, doc.dataset!]));
  return datasetViews(named, published, (name) => fields(source.get(name) ?? name), language);
}

function parentsOf(documents: Map<string, Doc>): Map<string, string> {
  const parents = new Map<string, string>();
  for (const doc of documents.values()) {
    if (doc.kind !== 'entity') continue;
    for (const field of doc.fields ?? []) if (field.type === 'children' && field.target && field.target !== doc.name) parents.set(field.target, doc.name);
  }
  return parents;
}

/** Orders entities for the tree: lines under their parents. */
export function treeOf(views: EntityView[]): { view: EntityView; depth: number }[] {
  const shown = new Set<string>();
  const rows: { view: EntityView; depth: number }[] = [];
  const visit = (view: EntityView, depth: number) => {
    if (shown.has(view.name)) return;
    shown.add(view.name);
    rows.push({ view, depth });
    for (const child of views) if (child.parent === view.name) visit(child, depth + 1);
  };
  const names = new Set(views.map((view) => view.name));
  for (const view of views) if (!view.parent || !names.has(view.parent)) visit(view, 0);
  for (const view of views) visit(view, 0);
  return rows;
}
