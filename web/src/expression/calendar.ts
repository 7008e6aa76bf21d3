import { dateOf, DAY, textOfDate } from './values';

export type Unit = 'day' | 'week' | 'month' | 'quarter' | 'year';
type Bounds = [from: string | null, to: string | null];

const two = (value: number) => String(value).padStart(2, '0');
const partsOf = (date: string) => date.split('-').map(Number) as [number, number, number];
const written = (year: number, month: number, day: number) => `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;

function lastDay(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** The date of a year, a month and a day; nothing when there is none. */
export function makeDate(year: bigint, month: bigint, day: bigint): string | null {
  if (year < 1n || year > 9999n || month < 1n || month > 12n) return null;
  if (day < 1n || day > BigInt(lastDay(Number(year), Number(month)))) return null;
  return written(Number(year), Number(month), Number(day));
}

export const makeTime = (hour: bigint, minute: bigint) => (hour < 0n || hour > 23n || minute < 0n || minute > 59n ? null : `${two(Number(hour))}:${two(Number(minute))}:00`);

export function parseDate(text: string): string | null {
  const match = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
  return match && makeDate(BigInt(match[1]!), BigInt(match[2]!), BigInt(match[3]!));
}

export const quarterOf = (date: string) => BigInt(Math.ceil(partsOf(date)[1] / 3));

/** 1 for Monday to 7. */
export const weekdayOf = (date: string) => BigInt(((((dateOf(date) + 3) % 7) + 7) % 7) + 1);

/** The week by ISO 8601: that of the year which its Thursday is in. */
export function weekOf(date: string): bigint {
  const thursday = textOfDate(BigInt(dateOf(date)) - weekdayOf(date) + 4n)!;
  return BigInt(Math.floor((dateOf(thursday) - dateOf(`${thursday.slice(0, 4)}-01-01`)) / 7) + 1);
}

export const addDays = (date: string, days: bigint) => textOfDate(BigInt(dateOf(date)) + days);

/** The same day so many months later, or the last one of a month that is too short. */
export function addMonths(date: string, months: bigint): string | null {
  const [year, month, day] = partsOf(date);
  const total = BigInt(year * 12 + month - 1) + months;
  if (total < 12n || total > 119_999n) return null;
  const [newYear, newMonth] = [Math.floor(Number(total) / 12), (Number(total) % 12) + 1];
  return written(newYear, newMonth, Math.min(day, lastDay(newYear, newMonth)));
}

function add(date: string, count: bigint, unit: Unit): string | null {
  if (unit === 'day' || unit === 'week') return addDays(date, unit === 'week' ? count * 7n : count);
  return addMonths(date, count * (unit === 'month' ? 1n : unit === 'quarter' ? 3n : 12n));
}

/** The first and the last day of the period that a date is in. */
export function span(date: string, unit: Unit): Bounds {
  const [year, month] = partsOf(date);
  switch (unit) {
    case 'day':
      return [date, date];
    case 'week': {
      const first = addDays(date, 1n - weekdayOf(date));
      return [first, first && addDays(first, 6n)];
    }
    case 'month':
      return [written(year, month, 1), written(year, month, lastDay(year, month))];
    case 'quarter': {
      const last = Math.ceil(month / 3) * 3;
      return [written(year, last - 2, 1), written(year, last, lastDay(year, last))];
    }
    case 'year':
      return [written(year, 1, 1), written(year, 12, 31)];
  }
}

/** Whole months from one date to another, towards zero. */
export function monthsBetween(from: string, to: string): bigint {
  const [[fromYear, fromMonth, fromDay], [year, month, day]] = [partsOf(from), partsOf(to)];
  const distance = BigInt((year - fromYear) * 12 + month - fromMonth);
  if (to >= from) return day < fromDay && day !== lastDay(year, month) ? distance - 1n : distance;
  return day > fromDay ? distance + 1n : distance;
}

/** The first and the last day of a period that moves with today. */
function bounds(name: string, count: bigint, unit: Unit, today: string): Bounds {
  const [first, last] = span(today, unit);
  const end = (of: string | null, at: 0 | 1) => of && span(of, unit)[at];
  switch (name) {
    case 'in_this':
      return [first, last];
    case 'in_previous':
      return [end(add(today, -count, unit), 0), first && addDays(first, -1n)];
    case 'in_next':
      return [last && addDays(last, 1n), end(add(today, count, unit), 1)];
    case 'in_last': {
      const before = add(today, -count, unit);
      return [before && addDays(before, 1n), today];
    }
    default: {
      const after = add(today, count, unit);
      return [today, after && addDays(after, -1n)];
    }
  }
}

export function inPeriod(name: string, date: string, count: bigint, unit: Unit, today: string): boolean {
  if (count < 1n) return false;
  const [from, to] = bounds(name, count, unit, today);
  return (!from || date >= from) && (!to || date <= to);
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = FORMATS.get(zone);
  if (!format) {
    const numeric = 'numeric' as const;
    format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', { timeZone: zone, hourCycle: 'h23', era: 'short', year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric });
    FORMATS.set(zone, format);
  }
  return format;
}

/** What the clocks of a zone show at an instant, as if it were UTC: milliseconds since 1970. */
function localOf(instant: bigint, zone: string): bigint {
  const rest = ((instant % 1000n) + 1000n) % 1000n;
  const parts = formatOf(zone).formatToParts(Number(instant - rest));
  const number = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const isBefore = parts.some((part) => part.type === 'era' && part.value.startsWith('B'));
  const date = new Date(0);
  date.setUTCFullYear(isBefore ? 1 - number('year') : number('year'), number('month') - 1, number('day'));
  date.setUTCHours(number('hour'), number('minute'), number('second'));
  return BigInt(date.getTime()) + rest;
}

const FIRST = -62_135_596_800_000n;
const LAST = 253_402_300_799_999n;
const within = (instant: bigint) => (instant >= FIRST && instant <= LAST ? instant : null);

/** The local date and time of an instant; nothing outside the years 1 to 9999. */
export function local(instant: bigint, zone: string): { date: string; time: string; rest: bigint } | null {
  const shown = localOf(instant, zone);
  if (within(shown) === null) return null;
  const text = new Date(Number(shown)).toISOString();
  return { date: text.slice(0, 10), time: text.slice(11, 19), rest: ((shown % 1000n) + 1000n) % 1000n };
}

/** The time of the day at an instant, also where the year is none. */
export const timeIn = (instant: bigint, zone: string) => new Date(Number(localOf(instant, zone))).toISOString().slice(-13, -5);

/** The instant at which the clocks of a zone show this: the later of two; a skipped time is read as if they had not been moved. */
export function instantOf(date: string, time: string, zone: string, rest = 0n): bigint | null {
  const [hour, minute, second] = time.split(':').map(BigInt) as [bigint, bigint, bigint];
  const shown = BigInt(dateOf(date)) * DAY + ((hour * 60n + minute) * 60n + second) * 1000n + rest;
  const [before, after] = [shown - DAY, shown + DAY].map((instant) => localOf(instant, zone) - instant) as [bigint, bigint];
  const found = [shown - before, shown - after].filter((instant) => localOf(instant, zone) === shown);
  return within(found.length === 0 ? shown - before : found.reduce((a, b) => (a > b ? a : b)));
}

/** Writes a date and a time as a pattern says. */
export function format(date: string, time: string, pattern: string): string {
  const [year, month, day] = date.split('-') as [string, string, string];
  const [hour, minute, second] = time.split(':') as [string, string, string];
  const short = (digits: string) => String(Number(digits));
  const parts: Record<string, string> = { yyyy: year, yy: year.slice(2), MM: month, M: short(month), dd: day, d: short(day), HH: hour, H: short(hour), mm: minute, ss: second };
  return pattern.replace(/yyyy|yy|MM|M|dd|d|HH|H|mm|ss/g, (part) => parts[part]!);
}
