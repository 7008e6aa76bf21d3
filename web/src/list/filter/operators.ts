import { isToMany, targetOf } from '@/catalog/catalog';
import type { Field, FieldType } from '@/catalog/types';

export const OPERATORS = ['contains', 'not_contains', 'any', 'none', 'eq', 'ne', 'gt', 'ge', 'lt', 'le', 'between', 'on', 'before', 'after', 'period', 'last_days', 'next_days', 'yes', 'no', 'me', 'has', 'exists', 'not_exists', 'empty', 'not_empty'] as const;
export type Operator = (typeof OPERATORS)[number];

const EMPTY: Operator[] = ['empty', 'not_empty'];
const TEXT: Operator[] = ['contains', 'not_contains', 'any', 'none', ...EMPTY];
const NUMBER: Operator[] = ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'between', ...EMPTY];
const DATE: Operator[] = ['on', 'before', 'after', 'between', 'period', 'last_days', 'next_days', ...EMPTY];

const BY_TYPE: Record<FieldType, Operator[]> = {
  text: TEXT, long_text: TEXT, rich_text: ['contains', 'not_contains', ...EMPTY], email: TEXT, phone: TEXT, url: TEXT, auto_number: TEXT, color: EMPTY, integer: NUMBER, decimal: NUMBER, money: NUMBER, percent: NUMBER, rating: NUMBER,
  boolean: ['yes', 'no'], date: DATE, datetime: DATE, time: EMPTY, duration: EMPTY, choice: ['any', 'none', ...EMPTY], multi_choice: ['has', ...EMPTY], link: ['any', 'none', ...EMPTY], user: ['me', 'any', 'none', ...EMPTY],
  links: ['exists', 'not_exists'], children: ['exists', 'not_exists'], inverse: ['exists', 'not_exists'], any_link: EMPTY, file: EMPTY, image: EMPTY, location: EMPTY, address: EMPTY, json: EMPTY, secret: [], id: [],
};

/** Periods that move with today, by their names in addresses and saved views, as the language calls them. */
export const PERIODS = {
  today: 'in_this("day")', yesterday: 'in_previous("day")', tomorrow: 'in_next("day")',
  this_week: 'in_this("week")', last_week: 'in_previous("week")', next_week: 'in_next("week")',
  this_month: 'in_this("month")', last_month: 'in_previous("month")', next_month: 'in_next("month")',
  this_quarter: 'in_this("quarter")', last_quarter: 'in_previous("quarter")', next_quarter: 'in_next("quarter")',
  this_year: 'in_this("year")', last_year: 'in_previous("year")', next_year: 'in_next("year")',
} as const;
export type PeriodName = keyof typeof PERIODS;
export const isPeriod = (value: unknown): value is PeriodName => typeof value === 'string' && Object.hasOwn(PERIODS, value);

/** What may be asked of a field. */
export function operatorsOf(field: Field): Operator[] {
  if (isToMany(field)) return ['exists', 'not_exists'];
  if (field.type === 'link' && targetOf(field) === 'user') return BY_TYPE.user;
  return BY_TYPE[field.type] ?? [];
}

/** Operators that take no value. */
export const takesNoValue = (operator: Operator) => ['yes', 'no', 'me', 'exists', 'not_exists', 'empty', 'not_empty'].includes(operator);

/** Operators that take a list of values. */
export const takesMany = (operator: Operator) => ['any', 'none', 'has'].includes(operator);
