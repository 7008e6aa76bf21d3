import { formatPeriod, toDateText } from '@/fields/dates';
import { addDays, capital, dayOf, isSameDay, startOfDay, startOfWeek, written } from '../schedule/days';

/** What a calendar shows at once. */
export const MODES = ['day', 'week', 'month', 'list'] as const;
export type Mode = (typeof MODES)[number];

/** Where one is in time, as the address has it: `week,2026-11-30`. */
export interface At<M extends string = Mode> {
  mode: M;
  day: Date;
}

export function atFromText<M extends string>(text: string | undefined, modes: readonly M[], plain: M): At<M> {
  const [mode, day] = (text ?? '').split(',');
  return { mode: modes.find((one) => one === mode) ?? plain, day: dayOf(day) };
}

export const atToText = ({ mode, day }: At<string>) => (isSameDay(day, new Date()) ? mode : `${mode},${toDateText(day)}`);

/** The days that are seen: from the first up to the day after the last. A month stands in whole weeks. */
export function seenAt({ mode, day }: At): { from: Date; to: Date } {
  const [year, month] = [day.getFullYear(), day.getMonth()];
  switch (mode) {
    case 'day':
      return { from: startOfDay(day), to: addDays(startOfDay(day), 1) };
    case 'week':
      return { from: startOfWeek(day), to: addDays(startOfWeek(day), 7) };
    case 'month':
      return { from: startOfWeek(new Date(year, month, 1)), to: addDays(startOfWeek(new Date(year, month + 1, 0)), 7) };
    case 'list':
      return { from: new Date(year, Math.floor(month / 3) * 3, 1), to: new Date(year, Math.floor(month / 3) * 3 + 3, 1) };
  }
}

/** The day that a step forth or back leads to. */
export function stepped({ mode, day }: At, by: 1 | -1): Date {
  const [year, month] = [day.getFullYear(), day.getMonth()];
  if (mode === 'day' || mode === 'week') return addDays(day, by * (mode === 'day' ? 1 : 7));
  // The 31st of a month before one of 30 days is its last day.
  const months = mode === 'month' ? by : by * 3;
  return new Date(year, month + months, Math.min(day.getDate(), new Date(year, month + months + 1, 0).getDate()));
}

/** What is seen, in words. */
export function seenLabel(at: At): string {
  const { mode, day } = at;
  if (mode === 'day') return capital(written(day, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }));
  if (mode === 'month') return capital(written(day, { month: 'long', year: 'numeric' }));
  if (mode === 'list') return formatPeriod(toDateText(day), 'quarter');
  const { from, to } = seenAt(at);
  return rangeLabel(from, addDays(to, -1));
}

/** `30 Nov – 6 Dec 2026`. */
export function rangeLabel(from: Date, last: Date): string {
  const year = from.getFullYear() === last.getFullYear() ? undefined : ('numeric' as const);
  return `${written(from, { day: 'numeric', month: 'short', year })} – ${written(last, { day: 'numeric', month: 'short', year: 'numeric' })}`;
}
