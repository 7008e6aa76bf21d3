import { addDays, capital, daysBetween, MINUTE, startOfDay, startOfWeek, written } from '../schedule/days';
import { type Item, lastDay } from '../schedule/items';
import { type At, atFromText, rangeLabel } from '../calendar/modes';

/** How much a planner shows at once. */
export const SPANS = ['day', 'week', 'weeks', 'month', 'quarter'] as const;
export type PlanSpan = (typeof SPANS)[number];

type PlanAt = At<PlanSpan>;

/** The days that are seen: from the first up to the day after the last. */
export function planned({ mode, day }: PlanAt): { from: Date; to: Date } {
  const [year, month] = [day.getFullYear(), day.getMonth()];
  switch (mode) {
    case 'day':
      return { from: startOfDay(day), to: addDays(startOfDay(day), 1) };
    case 'week':
      return { from: startOfWeek(day), to: addDays(startOfWeek(day), 7) };
    case 'weeks':
      return { from: startOfWeek(day), to: addDays(startOfWeek(day), 21) };
    case 'month':
      return { from: new Date(year, month, 1), to: new Date(year, month + 1, 1) };
    case 'quarter':
      return { from: new Date(year, Math.floor(month / 3) * 3, 1), to: new Date(year, Math.floor(month / 3) * 3 + 3, 1) };
  }
}

/** The day that a step forth or back leads to. */
export function planStep({ mode, day }: PlanAt, by: 1 | -1): Date {
  const { from, to } = planned({ mode, day });
  return by > 0 ? to : mode === 'month' || mode === 'quarter' ? new Date(from.getFullYear(), from.getMonth() - (mode === 'month' ? 1 : 3), 1) : addDays(from, -daysBetween(from, to));
}

export function planLabel(at: PlanAt): string {
  if (at.mode === 'day') return capital(written(at.day, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }));
  if (at.mode === 'month') return capital(written(at.day, { month: 'long', year: 'numeric' }));
  const { from, to } = planned(at);
  return rangeLabel(from, addDays(to, -1));
}

export const planFromText = (text: string | undefined): PlanAt => atFromText(text, SPANS, 'weeks');

/** Minutes of a working day, which is what a load is measured against. */
export const WORKING = 480;
/** Weekends are nobody's load, of what is said in days. */
const isWorking = (day: Date) => day.getDay() !== 0 && day.getDay() !== 6;

/** Minutes that items take of each day: of what takes hours these, of what is said in days a working day of each day of the week but its end. */
export function loadOf(items: Item[], first: Date, count: number, isDays: boolean): number[] {
  const load = new Array<number>(count).fill(0);
  for (const item of items) {
    const from = Math.max(0, daysBetween(first, item.from));
    const to = Math.min(count - 1, daysBetween(first, lastDay(item)));
    for (let at = from; at <= to; at++) {
      const day = addDays(first, at);
      if (isDays) load[at]! += isWorking(day) ? WORKING : 0;
      else load[at]! += Math.max(0, Math.min(item.to.getTime(), addDays(day, 1).getTime()) - Math.max(item.from.getTime(), day.getTime())) / MINUTE;
    }
  }
  return load;
}

/** A bar in a row, by its place along the days that are seen, from 0 to 1. */
export interface PlanBar {
  item: Item;
  left: number;
  width: number;
  line: number;
  before: boolean;
  after: boolean;
}

/** Puts the items of a row into lines so that none lies upon another; `least` is the share that a bar takes at least. */
export function planBars(items: Item[], from: Date, to: Date, least: number): { bars: PlanBar[]; lines: number } {
  const span = to.getTime() - from.getTime();
  const ends: number[] = [];
  const bars: PlanBar[] = [];
  for (const item of [...items].sort((one, other) => one.from.getTime() - other.from.getTime() || other.to.getTime() - one.to.getTime())) {
    if (item.from >= to || item.to <= from) continue;
    const left = Math.max(0, (item.from.getTime() - from.getTime()) / span);
    const right = Math.min(1, Math.max((item.to.getTime() - from.getTime()) / span, left + least));
    const free = ends.findIndex((end) => end <= left + 1e-9);
    const line = free < 0 ? ends.length : free;
    ends[line] = right;
    bars.push({ item, left, width: right - left, line, before: item.from < from, after: item.to > to });
  }
  return { bars, lines: Math.max(1, ends.length) };
}
