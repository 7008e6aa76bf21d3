/** What differs between two documents, as sentences to be worded in the reader's language. */
import type { DashboardDoc } from './dashboard';
import type { FormDoc } from './form';
import { compared } from './formCompare';
import { equal } from './equal';
import type { ApplicationDoc, BalanceDoc, ChoiceDoc, ColumnDoc, DatasetDoc, Doc, EntityDoc, FieldDoc, RegisterDoc, RoleDoc, ScriptDoc } from './types';
import { OPERATIONS } from './types';

/** A sentence of the `studio.diff` texts, with its arguments. */
export interface Difference {
  code: string;
  tone: 'added' | 'removed' | 'renamed' | 'changed';
  /** The field, choice or section the sentence is about. */
  thing?: unknown;
  was?: unknown;
  from?: unknown;
  to?: unknown;
  key?: string;
}

type Identified = { id?: string; name?: string; value?: string };
const identity = (thing: Identified): string => thing.id ?? thing.name ?? thing.value ?? '';

/** What calls functions of a script. */
const CALLS = ['hooks', 'buttons', 'endpoints', 'schedules', 'tests'] as const;

/** Compares two versions of a document; absent means not there yet or no longer. */
export function diffDocs(before: Doc | undefined, after: Doc | undefined): Difference[] {
  if (!before && !after) return [];
  if (!before) return [{ code: 'docAdded', tone: 'added', thing: after }];
  if (!after) return [{ code: 'docRemoved', tone: 'removed', thing: before }];
  const found = plainKeys(before, after, ['kind', 'name', 'id', 'fields', 'choices', 'sections', 'home', 'entities', 'rights', 'roles', 'source', 'parts', 'sql', 'parameters', 'thresholds', 'format', 'refresh', 'inverses', 'indexes', 'balance', 'widgets', 'filters', 'tabs', 'side', 'header', 'help', 'stage', ...CALLS]);
  if (before.name !== after.name) found.push({ code: 'docRenamed', tone: 'renamed', thing: after, from: before.name, to: after.name });
  if (after.kind === 'entity') found.push(...diffFields(before as EntityDoc, after));
  if (after.kind === 'dataset') found.push(...diffDataset(before as DatasetDoc, after));
  if ('choices' in after || 'choices' in before) found.push(...diffChoices((before as { choices?: ChoiceDoc[] }).choices, (after as { choices?: ChoiceDoc[] }).choices));
  if (after.kind === 'role') found.push(...diffRole(before as RoleDoc, after));
  if (after.kind === 'script' && !equal((before as ScriptDoc).source, after.source)) found.push({ code: 'code', tone: 'changed' });
  if (after.kind === 'script' && CALLS.some((key) => !equal((before as ScriptDoc)[key], after[key]))) found.push({ code: 'calls', tone: 'changed' });
  if (after.kind === 'measure' && ['parameters', 'thresholds', 'format'].some((key) => !equal((before as unknown as Record<string, unknown>)[key], (after as unknown as Record<string, unknown>)[key]))) found.push({ code: 'shown', tone: 'changed' });
  if (after.kind === 'measure' && !equal((before as { roles?: string[] }).roles, after.roles)) found.push({ code: 'audience', tone: 'changed' });
  if (after.kind === 'register') found.push(...diffBalance((before as RegisterDoc).balance, after.balance));
  if (after.kind === 'register' && !equal((before as RegisterDoc).refresh, after.refresh)) found.push({ code: 'refresh', tone: 'changed' });
  if (after.kind === 'register' && ['inverses', 'indexes'].some((key) => !equal((before as unknown as Record<string, unknown>)[key], (after as unknown as Record<string, unknown>)[key]))) found.push({ code: 'kept', tone: 'changed' });
  if (after.kind === 'dashboard') found.push(...diffDashboard(before as DashboardDoc, after));
  if ((after.kind === 'application' || after.kind === 'dashboard' || after.kind === 'form') && !equal((before as { roles?: string[] }).roles, after.roles)) found.push({ code: 'audience', tone: 'changed' });
  if (after.kind === 'form') found.push(...diffForm(before as FormDoc, after));
  if (after.kind === 'application' && !equal((before as ApplicationDoc).home, after.home)) found.push({ code: 'home', tone: 'changed' });
  if (after.kind === 'application' && !equal((before as { sections?: unknown }).sections, after.sections)) found.push({ code: 'sections', tone: 'changed' });
  return found;
}

function plainKeys(before: object, after: object, skip: string[]): Difference[] {
  const a = before as Record<string, unknown>;
  const b = after as Record<string, unknown>;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((key) => !skip.includes(key) && !equal(a[key], b[key]))
    .map((key) => ({ code: 'key', tone: 'changed' as const, key, from: a[key], to: b[key] }));
}

function diffFields(before: EntityDoc, after: EntityDoc): Difference[] {
  const old = new Map((before.fields ?? []).map((field) => [identity(field), field]));
  const found: Difference[] = [];
  for (const field of after.fields ?? []) {
    const was = old.get(identity(field));
    old.delete(identity(field));
    if (!was) found.push({ code: 'fieldAdded', tone: 'added', thing: field });
    else found.push(...diffField(was, field));
  }
  for (const field of old.values()) found.push({ code: 'fieldRemoved', tone: 'removed', thing: field });
  if (!found.some((one) => one.code === 'fieldAdded' || one.code === 'fieldRemoved') && !equal(ids(before.fields), ids(after.fields))) {
    found.push({ code: 'fieldOrder', tone: 'changed' });
  }
  return found;
}

/** What of a part of a dataset can differ, each with its sentence. */
const OF_PART = [['entity', 'partEntity'], ['joins', 'partJoins'], ['filter', 'partFilter']] as const;

function diffDataset(before: DatasetDoc, after: DatasetDoc): Difference[] {
  const found: Difference[] = [];
  const old = new Map(before.fields.map((column) => [identity(column), column]));
  // Of parts that are in both: what a new one gives is told with it.
  const shared = Math.min(before.parts.length, after.parts.length);
  const taken = (doc: DatasetDoc, column: ColumnDoc) => doc.parts.slice(0, shared).map((part) => part.values?.[column.name]);
  for (const column of after.fields) {
    const was = old.get(identity(column));
    old.delete(identity(column));
    if (!was) {
      found.push({ code: 'columnAdded', tone: 'added', thing: column });
      continue;
    }
    if (!equal(was.label, column.label)) found.push({ code: was.label && column.label ? 'columnRenamed' : 'columnNamed', tone: 'renamed', thing: column, was });
    if (was.aggregate !== column.aggregate || (was.expression === undefined) !== (column.expression === undefined)) found.push({ code: 'columnHow', tone: 'changed', thing: column });
    else if (was.expression !== column.expression || !equal(taken(before, was), taken(after, column))) found.push({ code: 'columnTakes', tone: 'changed', thing: column });
    for (const one of plainKeys(was, column, ['id', 'label', 'aggregate', 'expression'])) found.push({ ...one, code: 'fieldKey', thing: column });
  }
  for (const column of old.values()) found.push({ code: 'columnRemoved', tone: 'removed', thing: column });
  if (!found.some((one) => one.code === 'columnAdded' || one.code === 'columnRemoved') && !equal(ids(before.fields), ids(after.fields))) found.push({ code: 'columnOrder', tone: 'changed' });
  if (before.sql !== after.sql) found.push({ code: 'sqlText', tone: 'changed' });
  for (const part of after.parts.slice(before.parts.length)) found.push({ code: 'partAdded', tone: 'added', thing: part.entity });
  if (after.parts.length < before.parts.length) found.push({ code: 'partRemoved', tone: 'removed', from: before.parts.length, to: after.parts.length });
  else before.parts.forEach((part, at) => {
    for (const [key, code] of OF_PART) if (!equal(part[key], after.parts[at]![key])) found.push({ code, tone: 'changed', thing: after.parts[at]!.entity });
  });
  return found;
}

function diffDashboard(before: DashboardDoc, after: DashboardDoc): Difference[] {
  const old = new Map((before.widgets ?? []).map((one) => [one.name, one]));
  const found: Difference[] = [];
  let moved = false;
  for (const widget of after.widgets ?? []) {
    const was = old.get(widget.name);
    old.delete(widget.name);
    if (!was) found.push({ code: 'widgetAdded', tone: 'added', thing: widget });
    else if (!equal({ ...was, place: null }, { ...widget, place: null })) found.push({ code: 'widgetChanged', tone: 'changed', thing: widget });
    else moved ||= !equal(was.place, widget.place);
  }
  for (const widget of old.values()) found.push({ code: 'widgetRemoved', tone: 'removed', thing: widget });
  if (moved && found.every((one) => one.code === 'widgetChanged')) found.push({ code: 'widgetsMoved', tone: 'changed' });
  if (!equal(before.filters, after.filters)) found.push({ code: 'dashboardFilters', tone: 'changed' });
  return found;
}

const FORM_TONES = { added: 'added', missing: 'removed', moved: 'changed', changed: 'changed', header: 'changed', stage: 'changed', help: 'changed' } as const;

/** What differs on a form; where nothing else does, the order of what stands on it. */
function diffForm(before: FormDoc, after: FormDoc): Difference[] {
  const found = compared(after, before).map(({ what, node }): Difference => ({ code: `form_${what}`, tone: FORM_TONES[what], thing: node && { part: node, entity: after.entity } }));
  if (!found.length && !equal([before.tabs, before.side], [after.tabs, after.side])) found.push({ code: 'form_order', tone: 'changed' });
  return found;
}

/** The lists of a register of balances, each with the beginning of its sentences. */
const OF_BALANCE = [['dimensions', 'dimension'], ['resources', 'resource'], ['postings', 'posting']] as const;

function diffBalance(before: BalanceDoc | undefined, after: BalanceDoc | undefined): Difference[] {
  if (!before || !after) return before === after ? [] : [{ code: 'balanceForm', tone: 'changed' }];
  const found: Difference[] = [];
  for (const [list, word] of OF_BALANCE) {
    const old = new Map<string, { label?: unknown }>(before[list].map((one) => [identity(one), one]));
    for (const one of after[list]) {
      const was = old.get(identity(one));
      old.delete(identity(one));
      if (!was) found.push({ code: `${word}Added`, tone: 'added', thing: one });
      else {
        if (!equal(was.label, one.label)) found.push({ code: 'balanceRenamed', tone: 'renamed', thing: one, was });
        if (plainKeys(was, one, ['id', 'label']).length) found.push({ code: `${word}Changed`, tone: 'changed', thing: one });
      }
    }
    for (const one of old.values()) found.push({ code: `${word}Removed`, tone: 'removed', thing: one });
    if (!found.some((one) => one.code === `${word}Added` || one.code === `${word}Removed`) && !equal(ids(before[list]), ids(after[list]))) found.push({ code: `${word}Order`, tone: 'changed' });
  }
  if (before.by !== after.by) found.push({ code: 'turnoversBy', tone: 'changed', to: after.by ?? 'month' });
  if (before.movements !== after.movements || before.turnovers !== after.turnovers) found.push({ code: 'listNames', tone: 'changed' });
  return found;
}

const ids = (things: Identified[] | undefined): string[] => (things ?? []).map(identity);

function diffField(was: FieldDoc, field: FieldDoc): Difference[] {
  const found: Difference[] = [];
  if (!equal(was.label, field.label)) found.push({ code: 'fieldRenamed', tone: 'renamed', thing: field, was });
  if (was.type !== field.type) found.push({ code: 'fieldType', tone: 'changed', thing: field, from: was.type, to: field.type });
  for (const one of plainKeys(was, field, ['id', 'label', 'type', 'choices'])) found.push({ ...one, code: 'fieldKey', thing: field });
  for (const one of diffChoices(was.choices, field.choices)) found.push({ ...one, code: `field${one.code.charAt(0).toUpperCase()}${one.code.slice(1)}`, was: one.thing, thing: field });
  return found;
}

function diffChoices(before: ChoiceDoc[] | undefined, after: ChoiceDoc[] | undefined): Difference[] {
  const old = new Map((before ?? []).map((choice) => [identity(choice), choice]));
  const found: Difference[] = [];
  for (const choice of after ?? []) {
    const was = old.get(identity(choice));
    old.delete(identity(choice));
    if (!was) found.push({ code: 'choiceAdded', tone: 'added', thing: choice });
    else if (!equal(was, choice)) found.push({ code: 'choiceChanged', tone: 'changed', thing: choice });
  }
  for (const choice of old.values()) found.push({ code: 'choiceRemoved', tone: 'removed', thing: choice });
  if (!found.length && !equal(ids(before), ids(after))) found.push({ code: 'choiceOrder', tone: 'changed' });
  return found;
}

function diffRole(before: RoleDoc, after: RoleDoc): Difference[] {
  const found: Difference[] = [];
  if (!equal([...(before.rights ?? [])].sort(), [...(after.rights ?? [])].sort())) found.push({ code: 'rights', tone: 'changed', from: before.rights, to: after.rights });
  const names = new Set([...Object.keys(before.entities ?? {}), ...Object.keys(after.entities ?? {})]);
  for (const name of names) {
    const was = before.entities?.[name] ?? {};
    const now = after.entities?.[name] ?? {};
    const given = OPERATIONS.filter((operation) => now[operation] && !was[operation]);
    const taken = OPERATIONS.filter((operation) => was[operation] && !now[operation]);
    const ruled = OPERATIONS.filter((operation) => now[operation] && was[operation] && now[operation] !== was[operation]);
    if (given.length) found.push({ code: 'given', tone: 'added', thing: name, to: given });
    if (taken.length) found.push({ code: 'taken', tone: 'removed', thing: name, to: taken });
    if (ruled.length) found.push({ code: 'ruled', tone: 'changed', thing: name, to: ruled });
    if (!equal(was.fields, now.fields)) found.push({ code: 'openFields', tone: 'changed', thing: name });
  }
  return found;
}

/** Compares two whole sets of documents by their identity, so that a renamed document stays one. */
export function diffSets(before: Doc[], after: Doc[]): { before?: Doc; after?: Doc; differences: Difference[] }[] {
  const mark = (doc: Doc) => `${doc.kind}/${doc.id ?? doc.name}`;
  const old = new Map(before.map((doc) => [mark(doc), doc]));
  const pairs: { before?: Doc; after?: Doc }[] = after.map((doc) => {
    const was = old.get(mark(doc));
    old.delete(mark(doc));
    return { before: was, after: doc };
  });
  for (const doc of old.values()) pairs.push({ before: doc });
  return pairs.map((pair) => ({ ...pair, differences: diffDocs(pair.before, pair.after) })).filter((pair) => pair.differences.length > 0);
}
