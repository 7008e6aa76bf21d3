import { currentLocale } from '@/i18n';
import { toDateText } from '@/fields/dates';

export const MINUTE = 60_000;

/** The day of a text such as `2026-11-30`; today where it is none. */
export function dayOf(text: string | undefined): Date {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? '');
  const found = match ? new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3])) : undefined;
  return found && !Number.isNaN(found.getTime()) ? found : startOfDay(new Date());
}

export const startOfDay = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());
export const startOfWeek = (date: Date) => addDays(startOfDay(date), -((date.getDay() + 6) % 7));

/** The same time of another day, whatever the clocks did between. */
export const addDays = (date: Date, days: number) => new Date(date.getFullYear(), date.getMonth(), date.getDate() + days, date.getHours(), date.getMinutes(), date.getSeconds(), date.getMilliseconds());
export const addMinutes = (date: Date, minutes: number) => new Date(date.getTime() + minutes * MINUTE);

/** Days from one day to another. */
export const daysBetween = (from: Date, to: Date) => Math.round((startOfDay(to).getTime() - startOfDay(from).getTime()) / 86_400_000);
export const daysFrom = (first: Date, count: number) => Array.from({ length: count }, (_, at) => addDays(first, at));
export const isSameDay = (one: Date, other: Date) => toDateText(one) === toDateText(other);
export const isWeekend = (date: Date) => date.getDay() === 0 || date.getDay() === 6;

/** A date in words of the reader: `written(day, { weekday: 'short' })`. */
export const written = (date: Date, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(currentLocale(), options).format(date).replace(/\s*г\.$/, '');
export const capital = (text: string) => text.charAt(0).toLocaleUpperCase(currentLocale()) + text.slice(1);
