import { evaluateCondition, type Context } from '@/expression/evaluate';
import type { Condition } from './types';

/** What tells whether conditions hold: the record as it is typed, and what the database said of the others by their texts. */
export interface Told {
  record: Record<string, unknown>;
  world: Omit<Context, 'record'>;
  answers: Record<string, boolean>;
  /** Whether something is still on its way. */
  waiting: boolean;
}

/** Whether a condition holds. What cannot be told is taken as not so while it is asked for, and as so when nobody can tell: better seen than lost. */
export function holds(condition: Condition | null | undefined, told: Told): boolean {
  if (!condition) return true;
  if (!condition.when) return told.answers[condition.text] ?? false;
  try {
    return evaluateCondition(condition.when, { ...told.world, record: told.record });
  } catch {
    return !told.waiting;
  }
}
