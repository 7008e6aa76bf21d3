/** Where an entity, a field or a choice set is used by other documents of the draft. */
import { listNames } from './balance';
import type { DashboardDoc } from './dashboard';
import type { FormDoc } from './form';
import { readBy } from './datasetScope';
import type { ApplicationDoc, DatasetDoc, Doc, EntityDoc, FieldDoc, RegisterDoc, RuleDoc } from './types';

export interface Use {
  /** The using document, as `kind/name`. */
  document: string;
  /** What uses it: the texts of `studio.use`. */
  as: 'link' | 'links' | 'children' | 'any_link' | 'title' | 'unique' | 'index' | 'rule' | 'condition' | 'default' | 'formula' | 'navigation' | 'role' | 'choices' | 'inverse' | 'script' | 'dataset' | 'measure' | 'register' | 'dashboard' | 'form';
  field?: FieldDoc;
  rule?: RuleDoc;
}

const word = (name: string): RegExp => new RegExp(`(?<![\\w"])${name}(?![\\w"])`);
const conditionsIn = (field: FieldDoc): string[] => [field.show, field.require, field.lock, field.options].flatMap((one) => one?.when ?? []);
const entitiesOf = (docs: Iterable<Doc>): EntityDoc[] => [...docs].filter((doc): doc is EntityDoc => doc.kind === 'entity');

function relation(field: FieldDoc, name: string): Use['as'] | undefined {
  if (field.targets?.includes(name)) return 'any_link';
  if (name === 'user' && field.type === 'user') return 'link';
  if (field.target !== name) return undefined;
  return field.type === 'children' || field.type === 'links' ? field.type : 'link';
}

/** What an application leads to. */
const itemsOf = (doc: ApplicationDoc) => [...(doc.home ?? []), ...(doc.sections ?? []).flatMap((section) => section.items ?? [])];

/** Uses of an entity by fields, navigation and roles. */
export function usesOfEntity(name: string, docs: Iterable<Doc>): Use[] {
  const all = [...docs];
  const uses: Use[] = [];
  for (const doc of all) {
    const document = `${doc.kind}/${doc.name}`;
    if (doc.kind === 'entity') for (const field of doc.fields ?? []) {
      const as = relation(field, name);
      if (as) uses.push({ document, as, field });
    }
    if (doc.kind === 'application' && itemsOf(doc).some((item) => item.entity === name)) uses.push({ document, as: 'navigation' });
    if (doc.kind === 'role' && doc.entities && name in doc.entities) uses.push({ document, as: 'role' });
    if (doc.kind === 'dataset' && readBy(doc).includes(name)) uses.push({ document, as: 'dataset' });
    if (doc.kind === 'register' && (doc.dataset === name || isKeptOf(doc, name))) uses.push({ document, as: 'register' });
    if (doc.kind === 'measure' && (doc.entity === name || doc.parameters?.some((one) => one.target === name))) uses.push({ document, as: 'measure' });
    if (doc.kind === 'dashboard' && [...(doc.widgets ?? []), ...(doc.filters ?? [])].some((one) => 'entity' in one && one.entity === name)) uses.push({ document, as: 'dashboard' });
    if (doc.kind === 'form' && (doc.entity === name || JSON.stringify([doc.tabs, doc.side ?? []]).includes(`"entity":"${name}"`))) uses.push({ document, as: 'form' });
    if (doc.kind === 'script' && [...(doc.hooks ?? []), ...(doc.buttons ?? [])].some((one) => one.entity === name)) uses.push({ document, as: 'script' });
  }
  return uses;
}

/** Whether a register of balances is by an entity or posted by its records. */
const isKeptOf = ({ balance }: RegisterDoc, name: string): boolean =>
  balance !== undefined && (balance.postings.some((one) => one.entity === name) || balance.dimensions.some((one) => one.target === name || (name === 'user' && one.type === 'user')));

/** Whether what posts to a register reads a field of this name, of the entity's own records or along a path. */
function isPosted({ balance }: RegisterDoc, entity: string, field: string): boolean {
  const behind = new RegExp(`\\.${field}(?![\\w"])`);
  return balance?.postings.some((one) => [one.when ?? '', one.date, ...Object.values(one.values)].some((text) => (one.entity === entity && word(field).test(text)) || behind.test(text))) ?? false;
}

/** Whether a dashboard speaks of a field of this name in a widget over the entity or in a filter, or anywhere along a path. */
function looksAt(doc: DashboardDoc, entity: string, field: string): boolean {
  const behind = new RegExp(`\\.${field}(?![\\w"])`);
  return [...(doc.widgets ?? []), ...(doc.filters ?? [])].some(({ name: _, label: __, ...one }) => {
    const said = JSON.stringify('type' in one && one.type === 'text' ? '' : one);
    return behind.test(said) || ('entity' in one && one.entity === entity && new RegExp(`(?<![\\w])${field}(?![\\w])`).test(said));
  });
}

/** Whether a form of the entity speaks of a field of this name, or any form does behind a link. Names and texts of parts speak of nothing. */
function standsOn({ name: _, id: __, label: ___, help: ____, ...doc }: FormDoc, entity: string, field: string): boolean {
  const said = JSON.stringify(doc, (key, value: unknown) => (['name', 'label', 'text', 'hint', 'icon', 'type', 'script', 'button'].includes(key) ? undefined : value));
  return new RegExp(`\\.${field}(?![\\w])`).test(said) || (doc.entity === entity && new RegExp(`(?<![\\w.])${field}(?![\\w])(?!":)`).test(said));
}

/** Uses of the three lists of a register of balances by others. */
export const usesOfLists = (doc: RegisterDoc, docs: Iterable<Doc>): Use[] => {
  const all = [...docs];
  const uses = Object.values(listNames(doc)).flatMap((name) => usesOfEntity(name, all));
  const key = (use: Use) => `${use.document}|${use.as}|${use.field?.id}`;
  return uses.filter((use, at) => uses.findIndex((other) => key(other) === key(use)) === at);
};

/** Whether a dataset speaks of a field of this name where it reads the entity, or anywhere along a path. */
function speaksOf(doc: DatasetDoc, entity: string, field: string): boolean {
  if (doc.sql !== undefined) return readBy(doc).includes(entity) && word(field).test(doc.sql);
  const behind = new RegExp(`\\.${field}(?![\\w"])`);
  return doc.parts.some((part) => {
    const joins = part.joins ?? [];
    const own = [part.filter, ...Object.values(part.values ?? {}), ...joins.flatMap((join) => [join.through, ...(join.on ?? []).map((pair) => pair.left)])];
    const joined = joins.flatMap((join) => (join.on ?? []).map((pair) => ({ entity: join.entity, text: pair.right })));
    const texts = own.map((text) => ({ entity: part.entity as string | undefined, text })).concat(joined.map((one) => ({ entity: one.entity, text: one.text })));
    return texts.some(({ entity: of, text }) => text !== undefined && ((of === entity && word(field).test(text)) || behind.test(text)));
  });
}

/** Uses of a field by its own entity, by expressions, and by lines that lead back through it. */
export function usesOfField(entity: EntityDoc, field: FieldDoc, docs: Iterable<Doc>): Use[] {
  const document = `entity/${entity.name}`;
  const uses: Use[] = [];
  if (entity.title === field.name) uses.push({ document, as: 'title' });
  if (entity.unique?.some((names) => names.includes(field.name))) uses.push({ document, as: 'unique' });
  if (entity.indexes?.some((names) => names.includes(field.name))) uses.push({ document, as: 'index' });
  for (const rule of entity.rules ?? []) if (word(field.name).test(rule.when)) uses.push({ document, as: 'rule', rule });
  for (const one of entity.fields ?? []) if (one.id !== field.id && word(field.name).test(one.formula?.expression ?? one.sequence ?? '')) uses.push({ document, as: 'formula', field: one });
  for (const one of entity.fields ?? []) if (conditionsIn(one).some((text) => word(field.name).test(text))) uses.push({ document, as: 'condition', field: one });
  const all = [...docs];
  for (const doc of all) if (doc.kind === 'dataset' && speaksOf(doc, entity.name, field.name)) uses.push({ document: `dataset/${doc.name}`, as: 'dataset' });
  for (const doc of all) if (doc.kind === 'register' && isPosted(doc, entity.name, field.name)) uses.push({ document: `register/${doc.name}`, as: 'register' });
  for (const doc of all) {
    if (doc.kind === 'measure' && doc.entity === entity.name && [doc.expression, doc.filter, doc.date, doc.person].some((text) => word(field.name).test(text ?? ''))) uses.push({ document: `measure/${doc.name}`, as: 'measure' });
  }
  for (const doc of all) if (doc.kind === 'dashboard' && looksAt(doc, entity.name, field.name)) uses.push({ document: `dashboard/${doc.name}`, as: 'dashboard' });
  for (const doc of all) if (doc.kind === 'form' && standsOn(doc, entity.name, field.name)) uses.push({ document: `form/${doc.name}`, as: 'form' });
  for (const other of entitiesOf(all)) {
    const there = `entity/${other.name}`;
    if (other.name !== entity.name) for (const rule of other.rules ?? []) {
      if (new RegExp(`\\.${field.name}(?![\\w"])`).test(rule.when)) uses.push({ document: there, as: 'rule', rule });
    }
    for (const one of other.fields ?? []) {
      if (other.name !== entity.name && new RegExp(`\\.${field.name}(?![\\w"])`).test(one.formula?.expression ?? one.sequence ?? '')) uses.push({ document: there, as: 'formula', field: one });
      if (other.name !== entity.name && conditionsIn(one).some((text) => new RegExp(`\\.${field.name}(?![\\w"])`).test(text))) uses.push({ document: there, as: 'condition', field: one });
      if (one.type === 'children' && one.target === entity.name && one.inverse === field.name) uses.push({ document: there, as: 'children', field: one });
    }
  }
  return uses;
}

/** Uses of a measure, or of its target, by rules, formulas and scripts. */
export function usesOfMeasure(name: string, docs: Iterable<Doc>): Use[] {
  const all = [...docs];
  const reads = new RegExp(`(?<![\\w:.])(?:measure|target)\\s*\\(\\s*"${name}"`);
  const entities = entitiesOf(all).flatMap((doc): Use[] => {
    const document = `entity/${doc.name}`;
    const rules = (doc.rules ?? []).filter((rule) => reads.test(rule.when)).map((rule): Use => ({ document, as: 'rule', rule }));
    const formulas = (doc.fields ?? []).filter((field) => reads.test(field.formula?.expression ?? '')).map((field): Use => ({ document, as: 'formula', field }));
    return [...rules, ...formulas];
  });
  const asks = (source: string) => source.includes('measures::value') && source.includes(`"${name}"`);
  const scripts = all.filter((doc) => doc.kind === 'script' && asks(doc.source ?? ''));
  return [...entities, ...scripts.map((doc): Use => ({ document: `script/${doc.name}`, as: 'script' }))];
}

/** Uses of a choice set by fields. */
export function usesOfChoiceSet(name: string, docs: Iterable<Doc>): Use[] {
  const all = [...docs];
  const fields = entitiesOf(all).flatMap((doc) =>
    (doc.fields ?? []).filter((field) => field.choice_set === name).map((field) => ({ document: `entity/${doc.name}`, as: 'choices' as const, field })),
  );
  const registers = all.filter((doc): doc is RegisterDoc => doc.kind === 'register' && (doc.balance?.dimensions.some((one) => one.choice_set === name) ?? false));
  return [...fields, ...registers.map((doc) => ({ document: `register/${doc.name}`, as: 'register' as const }))];
}

export interface RelationEdge {
  from: string;
  to: string;
  field: FieldDoc;
}

/** All relations between entities, for the diagram and the tab of relations. */
export function relations(docs: Iterable<Doc>): RelationEdge[] {
  return entitiesOf(docs).flatMap((doc) =>
    (doc.fields ?? []).flatMap((field) => {
      const targets = field.type === 'user' ? ['user'] : (field.targets ?? (field.target ? [field.target] : []));
      return targets.map((to) => ({ from: doc.name, to, field }));
    }),
  );
}

/** The relations of a diagram: a line's link back to its parent is the same relation as the parent's lines. */
export function drawn(docs: Iterable<Doc>): RelationEdge[] {
  const all = relations(docs);
  const lines = new Set(all.filter((edge) => edge.field.type === 'children').map((edge) => `${edge.to}.${edge.field.inverse}`));
  return all.filter((edge) => !lines.has(`${edge.from}.${edge.field.name}`));
}
