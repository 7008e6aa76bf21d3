/** Times of a schedule: as people choose them, as cron, and in words. */
import cronstrue from 'cronstrue';
import 'cronstrue/locales/ru.js';
import type { Language } from './types';

export const EVERY = ['hour', 'day', 'workday', 'week', 'month'] as const;

/** A schedule that needs no cron to be understood. */
export interface Simple {
  every: (typeof EVERY)[number];
  minute: number;
  hour: number;
  /** Of the week, 1 for Monday; of the month, 1 to 28. */
  day: number;
}

export const USUAL: Simple = { every: 'day', minute: 0, hour: 6, day: 1 };

export function cronOf({ every, minute, hour, day }: Simple): string {
  switch (every) {
    case 'hour': return `${minute} * * * *`;
    case 'day': return `${minute} ${hour} * * *`;
    case 'workday': return `${minute} ${hour} * * 1-5`;
    case 'week': return `${minute} ${hour} * * ${day}`;
    case 'month': return `${minute} ${hour} ${day} * *`;
  }
}

const within = (text: string | undefined, least: number, most: number) => {
  const number = /^\d{1,2}$/.test(text ?? '') ? Number(text) : Number.NaN;
  return number >= least && number <= most ? number : undefined;
};

/** Reads a cron that says no more than what can be chosen. */
export function simpleOf(cron: string): Simple | undefined {
  const [minutes, hours, date, month, weekday, ...more] = cron.trim().split(/\s+/);
  const minute = within(minutes, 0, 59);
  if (minute === undefined || month !== '*' || more.length) return undefined;
  if (hours === '*') return date === '*' && weekday === '*' ? { ...USUAL, every: 'hour', minute } : undefined;
  const hour = within(hours, 0, 23);
  if (hour === undefined) return undefined;
  const at = { ...USUAL, minute, hour };
  if (date === '*') {
    if (weekday === '*') return { ...at, every: 'day' };
    if (weekday === '1-5' || weekday?.toUpperCase() === 'MON-FRI') return { ...at, every: 'workday' };
    const day = within(weekday, 1, 7);
    return day === undefined ? undefined : { ...at, every: 'week', day };
  }
  const day = within(date, 1, 28);
  return day === undefined || weekday !== '*' ? undefined : { ...at, every: 'month', day };
}

/** Tells a cron in words; nothing when it cannot be read. */
export function wordsOf(cron: string, language: Language): string {
  try {
    return cronstrue.toString(cron, { locale: language, use24HourTimeFormat: true, verbose: true });
  } catch {
    return '';
  }
}
