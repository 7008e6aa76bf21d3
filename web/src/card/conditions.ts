import type { Catalog } from '@/catalog/catalog';
import type { Entity, Field, FieldCondition } from '@/catalog/types';
import { evaluateCondition } from '@/expression/evaluate';
import type { FieldState } from '@/fields/ofRecord';
import { Unread } from '@/fields/unread';
import { world } from './rules';

type Values = Record<string, unknown>;

/** What the server says of conditions that the page cannot judge, by field and condition. */
export type Told = Record<string, Partial<Record<'show' | 'require' | 'lock', boolean>>>;

const KEYS = ['show', 'require', 'lock'] as const;

/** What cannot be read is no value yet. */
const readable = (values: Values): Values => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value instanceof Unread ? null : value]));

/** Whether a condition holds for a record; nothing where the page does not have what it reads. */
export function holds(catalog: Catalog, condition: FieldCondition, values: Values): boolean | undefined {
  if (!condition.when) return undefined;
  try {
    return evaluateCondition(condition.when, { ...world(catalog), record: readable(values) });
  } catch {
    return undefined;
  }
}

/**
 * What the conditions of a field make of it, by the values as they are typed; a lock goes by the record as it was saved, a
 * new one's by what it becomes. What only the server can judge is as it `told`, and where it did not the field is as usual.
 */
export function stateOf(catalog: Catalog, entity: Entity, values: Values, field: Field, saved: Values = values, told: Told = {}): FieldState {
  const judged = (key: (typeof KEYS)[number], over: Values, usual: boolean) => {
    const condition = field[key];
    return condition ? (holds(catalog, condition, over) ?? told[field.name]?.[key] ?? usual) : usual;
  };
  const shown = judged('show', values, true);
  const locked = entity.operations.update || entity.operations.create ? judged('lock', saved, false) : false;
  return { shown, required: shown && (!!field.required || judged('require', values, false)), ...(locked && { locked: field.lock?.message ?? '' }) };
}

/** Whether a field of a record as it stands may not be changed: locked, or not shown. */
export function isLocked(catalog: Catalog, entity: Entity, record: Values, field: Field): boolean {
  if (!field.lock && !field.show) return false;
  const state = stateOf(catalog, entity, record, field);
  return state.locked !== undefined || !state.shown;
}

/** Choices that may be taken; nothing where only the server can tell. What is chosen already stays. */
export function choicesOf(catalog: Catalog, values: Values, field: Field): string[] | undefined {
  const condition = field.options;
  const all = (field.choices ?? []).map((choice) => choice.value);
  if (!condition) return all;
  const found = all.map((choice) => holds(catalog, condition, { ...values, option: choice }));
  return found.some((one) => one === undefined) ? undefined : all.filter((_, index) => found[index]);
}

/** Whether some condition of the entity can be judged by the server alone. */
export const needsServer = (entity: Entity) => entity.fields.some((field) => KEYS.some((key) => field[key] && !field[key].when));
