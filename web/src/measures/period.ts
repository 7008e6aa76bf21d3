import { currentLocale } from '@/i18n';
import { formatDate, toDateText } from '@/fields/dates';

/** Days from the first to the last, as the server writes them. */
export interface Span {
  from: string;
  to: string;
}

/** A period of the calendar that a page steps through. */
export const UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const;
export type Unit = (typeof UNITS)[number];

/** Periods that a target may be of. */
export const TARGET_UNITS = ['month', 'quarter', 'year'] as const;
export type TargetUnit = (typeof TARGET_UNITS)[number];

const MONTHS: Record<TargetUnit, number> = { month: 1, quarter: 3, year: 12 };
const isLong = (unit: Unit): unit is TargetUnit => unit in MONTHS;

/** Noon, so that no change of the clocks moves the day. */
function dateOf(text: string): Date | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return undefined;
  const date = new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]), 12);
  return toDateText(date) === text ? date : undefined;
}

export const isDay = (text: string | undefined): text is string => !!text && dateOf(text) !== undefined;

const moved = (date: Date, months: number, days: number) => new Date(date.getFullYear(), date.getMonth() + months, date.getDate() + days, 12);

/** The unit that a day is in. */
export function spanOf(unit: Unit, day: string): Span {
  const date = dateOf(day) ?? new Date();
  if (isLong(unit)) {
    const length = MONTHS[unit];
    const first = new Date(date.getFullYear(), Math.floor(date.getMonth() / length) * length, 1, 12);
    return { from: toDateText(first), to: toDateText(moved(first, length, -1)) };
  }
  const first = unit === 'week' ? moved(date, 0, -((date.getDay() + 6) % 7)) : date;
  return { from: toDateText(first), to: toDateText(moved(first, 0, unit === 'week' ? 6 : 0)) };
}

/** The first day of the unit so many before or after that of a day. */
export function step(unit: Unit, day: string, by: number): string {
  const first = dateOf(spanOf(unit, day).from) ?? new Date();
  return toDateText(isLong(unit) ? moved(first, MONTHS[unit] * by, 0) : moved(first, 0, (unit === 'week' ? 7 : 1) * by));
}

/** The units of a year, each by its first day. */
export const startsIn = (unit: TargetUnit, year: number): string[] => Array.from({ length: 12 / MONTHS[unit] }, (_, at) => toDateText(new Date(year, at * MONTHS[unit], 1, 12)));

/** The unit that these days are, when they are a whole one. */
export const unitOf = (span: Span): Unit | undefined => [...UNITS].reverse().find((unit) => {
  const whole = spanOf(unit, span.from);
  return whole.from === span.from && whole.to === span.to;
});

const capital = (text: string) => text.charAt(0).toLocaleUpperCase(currentLocale()) + text.slice(1);

/** `November 2026`, `Q4 2026`, `2026`, `2 Nov – 8 Nov 2026`; `quarter` writes the number of a quarter. */
export function spanLabel(span: Span, quarter: (number: number, year: number) => string): string {
  const date = dateOf(span.from);
  if (!date) return '';
  switch (unitOf(span)) {
    case 'year':
      return String(date.getFullYear());
    case 'quarter':
      return quarter(Math.floor(date.getMonth() / 3) + 1, date.getFullYear());
    case 'month':
      return capital(new Intl.DateTimeFormat(currentLocale(), { month: 'long', year: 'numeric' }).format(date).replace(/\s*г\.$/, ''));
    case 'day':
      return formatDate(span.from);
    default:
      return `${formatDate(span.from)} – ${formatDate(span.to)}`;
  }
}

/** Names of the columns of a year of targets. */
export function startLabel(unit: TargetUnit, start: string, quarter: (number: number) => string): string {
  const date = dateOf(start);
  if (!date) return start;
  if (unit === 'year') return String(date.getFullYear());
  if (unit === 'quarter') return quarter(Math.floor(date.getMonth() / 3) + 1);
  return capital(new Intl.DateTimeFormat(currentLocale(), { month: 'short' }).format(date).replace('.', ''));
}
