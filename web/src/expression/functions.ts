import { roundUnits, unitsToText, inRange, DIGITS } from './decimal';
import type { Context, Type, Value } from './evaluate';
import { DAY } from './values';

const ONE = 10n ** BigInt(DIGITS);
const LIMIT = 2n ** 63n;
const integer = (value: bigint) => (value >= -LIMIT && value < LIMIT ? value : null);
const text = (value: string) => value || null;
const BLANK = /^\p{White_Space}+|\p{White_Space}+$/gu;

/** Today in the time zone that counts. */
export function todayIn(context: Context): string {
  if (context.today) return context.today;
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: context.timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return parts.format(context.now ? new Date(context.now) : new Date());
}

function floor(units: bigint): bigint {
  return units >= 0n || units % ONE === 0n ? units / ONE : units / ONE - 1n;
}

function subString(source: string, start: bigint, length: bigint | undefined): string | null {
  const letters = [...source];
  const from = start < 0n ? Math.max(0, letters.length + Number(start)) : Number(start);
  const to = length === undefined ? letters.length : from + Number(length < 0n ? 0n : length);
  return text(letters.slice(from, to).join(''));
}

function round(units: bigint, digits: bigint): bigint | null {
  if (digits >= BigInt(DIGITS)) return units;
  if (digits < -40n) return 0n;
  return inRange(roundUnits(units, Number(digits))) ?? null;
}

// The types of the arguments were checked when the expression was published.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Body = (values: any, whole: boolean, context: Context) => Value;

const part = (index: number) => ([date]: [string]) => BigInt(date.split('-')[index]!);
const length = (unit: bigint) => ([count]: [bigint]) => integer(count * unit);

/** The library, by name; arguments are never empty. `whole` tells integers from decimals. */
const FUNCTIONS: Record<string, Body> = {
  len: ([a]: [string]) => BigInt([...a].length),
  to_upper: ([a]: [string]) => text(a.toUpperCase()),
  to_lower: ([a]: [string]) => text(a.toLowerCase()),
  trim: ([a]: [string]) => text(a.replace(BLANK, '')),
  contains: ([a, b]: [string | string[], string]) => a.includes(b),
  starts_with: ([a, b]: [string, string]) => a.startsWith(b),
  ends_with: ([a, b]: [string, string]) => a.endsWith(b),
  like: ([a, b]: [string, string]) => a.toLowerCase().includes(b.toLowerCase()),
  sub_string: ([a, start, count]: [string, bigint, bigint?]) => subString(a, start, count),
  to_string: ([a]: [bigint], whole) => (whole ? a.toString() : unitsToText(a)),
  abs: ([a]: [bigint], whole) => (whole ? integer(a < 0n ? -a : a) : a < 0n ? -a : a),
  round: ([a, digits]: [bigint, bigint?]) => round(a, digits ?? 0n),
  floor: ([a]: [bigint]) => floor(a),
  ceiling: ([a]: [bigint]) => -floor(-a),
  div: ([a, b]: [bigint, bigint]) => (b === 0n ? null : integer(a / b)),
  min: ([a, b]: [bigint, bigint]) => (a < b ? a : b),
  max: ([a, b]: [bigint, bigint]) => (a > b ? a : b),
  today: (_, __, context) => todayIn(context),
  now: (_, __, context) => BigInt(context.now ? Date.parse(context.now) : Date.now()),
  year: part(0),
  month: part(1),
  day: part(2),
  days: length(DAY),
  hours: length(3_600_000n),
  minutes: length(60_000n),
  in_days: ([a]: [bigint]) => a / DAY,
};

/** Calls a function of the library with arguments none of which is empty. */
export function callFunction(name: string, values: Value[], types: Type[], context: Context): Value {
  const body = FUNCTIONS[name];
  if (!body) throw new Error(`unknown function ${name}`);
  return body(values, types[0] === 'integer', context);
}
