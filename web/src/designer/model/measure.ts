import type { Measure } from '@/measures/api';
import { documentName } from './entities';
import { newId } from './naming';
import { type Label, type Language, labelOf, type MeasureDoc, textOf } from './types';

/** What can be counted by mouse; each but the first of a field. */
export const TALLIES = ['count', 'sum', 'avg', 'min', 'max', 'median', 'count_distinct'] as const;
export type Tally = (typeof TALLIES)[number];

export interface Counted {
  tally: Tally;
  path?: string;
}

const COUNTED = /^(count|sum|avg|min|max|median|count_distinct)\(\s*([a-z_]\w*(?:\.[a-z_]\w*)*)?\s*\)$/;

/** Reads a number back into what was chosen by mouse; nothing when it was written in another way. */
export function countedOf(expression: string): Counted | undefined {
  const match = COUNTED.exec(expression.trim());
  if (!match) return undefined;
  const [tally, path] = [match[1] as Tally, match[2]];
  if (tally === 'count') return path ? undefined : { tally };
  return path ? { tally, path } : undefined;
}

export const counting = ({ tally, path }: Counted): string => (tally === 'count' ? 'count()' : `${tally}(${path ?? ''})`);

export const newMeasure = (label: Label, entity: string, taken: string[]): MeasureDoc => ({ kind: 'measure', id: newId(), name: documentName(label, taken, 'measure'), label, entity, expression: 'count()' });

/** Takes away what the entity of before had and the next one has not. */
export function overEntity(doc: MeasureDoc, entity: string): MeasureDoc {
  const { filter: _, date: __, person: ___, mine: ____, period: _____, ...rest } = doc;
  return { ...rest, entity, expression: 'count()' };
}

/** Puts a date there or takes it away, with what needs one. */
export function withDate(doc: MeasureDoc, date: string | undefined): MeasureDoc {
  const { date: _, period, ...rest } = doc;
  return date ? { ...rest, date, period: period ?? 'this_month' } : rest;
}

/** Puts a person there or takes them away, with what needs one. */
export function withPerson(doc: MeasureDoc, person: string | undefined): MeasureDoc {
  const { person: _, mine, ...rest } = doc;
  return person ? { ...rest, person, mine } : rest;
}

const DIGITS = { integer: 0, percent: 0, decimal: 2, money: 2 };

/** The measure as the page of indicators knows it. */
export function asShown(doc: MeasureDoc, language: Language): Measure {
  const { format } = doc;
  return {
    id: doc.id ?? doc.name, name: doc.name, label: labelOf(doc, language), description: textOf(doc.description, language), icon: doc.icon ?? null, entity: doc.entity, period: 'all', has_periods: Boolean(doc.date), has_person: Boolean(doc.person),
    mine: Boolean(doc.mine), parameters: [], better: doc.better ?? 'higher', thresholds_of: doc.thresholds_of ?? 'value', thresholds: [], format: { type: format?.type ?? 'decimal', scale: format?.scale ?? DIGITS[format?.type ?? 'decimal'], currency: format?.currency ?? null },
  };
}
