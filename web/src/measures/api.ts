import { api } from '@/api/client';
import type { Field } from '@/catalog/types';
import type { Span } from './period';

export const PERIOD_WORDS = ['today', 'this_week', 'this_month', 'this_quarter', 'this_year', 'last_week', 'last_month', 'last_quarter', 'last_year', 'all'] as const;
export type PeriodWord = (typeof PERIOD_WORDS)[number];

export interface NumberFormat {
  type: 'integer' | 'decimal' | 'money' | 'percent';
  scale: number;
  currency: string | null;
}

export interface Threshold {
  from: string | null;
  color: string;
  label: string;
}

export type MeasureParameter = Pick<Field, 'name' | 'label' | 'type' | 'choices' | 'target' | 'default'> & {
  /** Whether its default is the value of an expression, which the server knows. */
  calculated: boolean;
};

export interface Measure {
  id: string;
  name: string;
  label: string;
  description: string;
  icon: string | null;
  entity: string;
  period: PeriodWord;
  has_periods: boolean;
  has_person: boolean;
  mine: boolean;
  parameters: MeasureParameter[];
  better: 'higher' | 'lower';
  thresholds_of: 'value' | 'target';
  thresholds: Threshold[];
  format: NumberFormat;
}

export interface Asked {
  name: string;
  parameters?: Record<string, unknown>;
  period?: PeriodWord | Span;
  person?: string | null;
}

/** What a measure came to; numbers are exact texts. */
export interface MeasureAnswer {
  name: string;
  value: string | null;
  target: string | null;
  share: string | null;
  status: Threshold | null;
  previous: string | null;
  change: string | null;
  period: Span | null;
  word: PeriodWord | null;
  person: string | null;
  entity: string;
  filter: string | null;
  format: NumberFormat;
}

export interface MeasureFailure {
  name: string;
  error: { status: number; code: string; detail: string; errors: { path: string; message: string }[] };
}

export const isFailure = (answer: MeasureAnswer | MeasureFailure): answer is MeasureFailure => 'error' in answer;

/** The measures' calls. */
export const measures = {
  list: async (signal?: AbortSignal) => (await api.get<{ items: Measure[] }>('/api/measures', undefined, signal)).items,
  values: async (asked: Asked[], signal?: AbortSignal) => (await api.post<{ items: (MeasureAnswer | MeasureFailure)[] }>('/api/measures', asked, { signal })).items,
};
