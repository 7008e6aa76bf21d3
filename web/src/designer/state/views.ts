/** Entities as the Studio shows them: those of the documents and those of the product. */
import type { Entity, Field } from '@/catalog/types';
import { listNames } from '../model/balance';
import type { DatasetDoc, Doc, EntityDoc, FieldDoc, Label, Language, RegisterDoc } from '../model/types';
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
  /** Whether it is one of the lists of a register of balances: it reads no dataset, so that any may read it. */
  balances?: boolean;
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

const WORDS = {
  movements: { en: 'Movements', ru: 'Движения' }, turnovers: { en: 'Turnovers', ru: 'Обороты' },
  opening: { en: 'Opening', ru: 'На начало' }, in: { en: 'In', ru: 'Приход' }, out: { en: 'Out', ru: 'Расход' }, closing: { en: 'Closing', ru: 'На конец' },
} satisfies Record<string, Record<Language, string>>;
const said = (label: Label | undefined, name: string, of: (text: string, word: string) => string, word: Record<Language, string>): Label => Object.fromEntries((['en', 'ru'] as const).map((language) => [language, of(labelOf({ label, name }, language), word[language])]));
const beside = (text: string, word: string) => `${word} (${text})`;

/** The lists that come of registers of balances, as the server will make them: balances, movements and turnovers. */
export function balanceViews(docs: RegisterDoc[], published: Map<string, Doc>, language: Language): EntityView[] {
  return docs.flatMap((doc) => {
    const { balance } = doc;
    if (!balance) return [];
    const key = keyOf(doc);
    const names = listNames(doc);
    const old = published.get(key) as RegisterDoc | undefined;
    const calculated = { mode: 'dynamic', expression: '' } as const;
    const part = (suffix: string, fields: Omit<FieldDoc, 'formula'>[]): FieldDoc[] => fields.map((field) => ({ ...field, id: `${field.id ?? field.name}${suffix && `.${suffix}`}`, formula: calculated }));
    const dimensions = (suffix: string) => part(suffix, balance.dimensions.map(({ required: _, inverse, ...field }) => ({ ...field, inverse: suffix ? undefined : inverse })));
    const resources = balance.resources.map(({ refuse_negative: _, message: __, ...field }) => field);
    const view = (list: keyof typeof names, label: Label | undefined, fields: FieldDoc[], title?: string): EntityView => {
      const entity: EntityDoc = { kind: 'entity', id: list === 'balances' ? doc.id : `${doc.id ?? doc.name}.${list}`, name: names[list], label, plural: label, icon: doc.icon ?? 'scale', title, fields };
      const before = old?.balance && listNames(old)[list];
      return { name: names[list], key, label: labelOf(entity, language), icon: entity.icon, doc: entity, published: before ? { ...entity, name: before } : undefined, system: false, readOnly: true, builtIn: [], dataset: true, balances: true };
    };
    const link = (inverse: string): FieldDoc => ({ id: `${doc.id}.${inverse}.balance`, name: 'balance', type: 'link', target: doc.name, inverse, label: { en: 'Balance', ru: 'Остаток' }, formula: calculated });
    const field = (name: string, type: string, label: Label, more: Partial<FieldDoc> = {}): FieldDoc => ({ id: `${doc.id}.${name}`, name, type, label, formula: calculated, ...more });
    const moved = [
      field('date', 'date', { en: 'Date', ru: 'Дата' }),
      field('posting', 'choice', { en: 'Posting', ru: 'Проводка' }, { choices: balance.postings.map((one) => ({ value: one.name, label: one.label })) }),
      field('record', 'any_link', { en: 'Record', ru: 'Запись' }, { targets: [...new Set(balance.postings.map((one) => one.entity))] }),
      ...dimensions('movement'), ...part('movement', resources), link('movements'),
    ];
    const sums = balance.resources.flatMap((resource) => (['opening', 'in', 'out', 'closing'] as const).map((suffix) => {
      const { refuse_negative: _, message: __, ...rest } = resource;
      return { ...rest, id: `${resource.id ?? resource.name}.turnover_${suffix}`, name: `${resource.name}_${suffix}`, label: said(resource.label, resource.name, (text, word) => `${word}: ${text}`, WORDS[suffix]), formula: calculated };
    }));
    const turned = [field('period', 'date', { en: 'Period', ru: 'Период' }), ...dimensions('turnover'), ...sums, link('turnovers')];
    return [
      view('balances', doc.plural ?? doc.label, [...dimensions(''), ...part('', resources)], balance.dimensions.find((one) => one.type !== 'boolean')?.name),
      view('movements', said(doc.plural ?? doc.label, doc.name, beside, WORDS.movements), moved, 'date'),
      view('turnovers', said(doc.plural ?? doc.label, doc.name, beside, WORDS.turnovers), turned, 'period'),
    ];
  });
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
