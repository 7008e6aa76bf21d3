import { addDays, addMonths, format, inPeriod, instantOf, local, makeDate, makeTime, monthsBetween, parseDate, quarterOf, span, timeIn, type Unit, weekdayOf, weekOf } from './calendar';
import { divideRounded, roundUnits, unitsToText, inRange, parseUnits, DIGITS } from './decimal';
import type { Context, Type, Value } from './evaluate';
import { dateOf, DAY } from './values';

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

/** Most characters of a text that a function makes. */
const MOST = 65_536;
const lengthOf = (source: string) => [...source].length;

function replace(source: string, part: string, by: string): string | null {
  const pieces = source.split(part);
  const grown = lengthOf(source) + (pieces.length - 1) * (lengthOf(by) - lengthOf(part));
  return pieces.length > 1 && grown > MOST ? null : text(pieces.join(by));
}

function indexOf(source: string, part: string): bigint {
  const at = source.indexOf(part);
  return at < 0 ? -1n : BigInt(lengthOf(source.slice(0, at)));
}

function filling(source: string, wanted: bigint, by: string): string | null {
  if (wanted > BigInt(MOST)) return null;
  const [missing, letters] = [Number(wanted) - lengthOf(source), [...by]];
  return missing <= 0 ? '' : Array.from({ length: missing }, (_, at) => letters[at % letters.length]).join('');
}

function pad(source: string, wanted: bigint, by: string, isBefore: boolean): string | null {
  const added = filling(source, wanted, by);
  return added === null ? null : isBefore ? added + source : source + added;
}

function cut(units: bigint, digits: bigint): bigint {
  if (digits >= BigInt(DIGITS)) return units;
  if (digits < -40n) return 0n;
  const step = 10n ** (BigInt(DIGITS) - digits);
  return (units / step) * step;
}

function modulo(a: bigint, b: bigint): bigint | null {
  if (b === 0n) return null;
  const rest = a % b;
  return rest !== 0n && rest < 0n !== b < 0n ? rest + b : rest;
}

function fixed(units: bigint, digits: bigint): string | null {
  if (digits < 0n || digits > BigInt(DIGITS)) return null;
  const step = 10n ** (BigInt(DIGITS) - digits);
  return unitsToText(divideRounded(units, step) * step, Number(digits));
}

const zoneOf = (context: Context) => context.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;

function addMonthsTo(instant: bigint, months: bigint, zone: string): bigint | null {
  const shown = local(instant, zone);
  const date = shown && addMonths(shown.date, months);
  return date ? instantOf(date, shown.time, zone, shown.rest) : null;
}

// The types of the arguments were checked when the expression was published.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Body = (values: any, whole: boolean, context: Context, types: Type[]) => Value;

const part = (index: number) => ([date]: [string]) => BigInt(date.split('-')[index]!);
const length = (unit: bigint) => ([count]: [bigint]) => integer(count * unit);
const whole = (unit: bigint) => ([value]: [bigint]) => value / unit;
const least = ([a, b]: [bigint | string, bigint | string]) => (a < b ? a : b);
const most = ([a, b]: [bigint | string, bigint | string]) => (a > b ? a : b);
const months = (unit: bigint) => ([from, count]: [string | bigint, bigint], _: boolean, context: Context) =>
  typeof from === 'bigint' ? addMonthsTo(from, count * unit, zoneOf(context)) : addMonths(from, count * unit);
const period = (name: string) => (values: [string, string] | [string, bigint, string], _: boolean, context: Context) =>
  inPeriod(name, values[0], values.length === 3 ? values[1] : 1n, values.at(-1) as Unit, todayIn(context));

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
  to_string: ([a, digits]: [bigint | string, bigint?], whole) => (typeof a === 'string' ? a : digits !== undefined ? fixed(a, digits) : whole ? a.toString() : unitsToText(a)),
  replace: ([a, b, c]: [string, string, string]) => replace(a, b, c),
  remove: ([a, b]: [string, string]) => replace(a, b, ''),
  index_of: ([a, b]: [string, string]) => indexOf(a, b),
  left: ([a, count]: [string, bigint]) => subString(a, 0n, count),
  right: ([a, count]: [string, bigint]) => (count <= 0n ? null : subString(a, -count, undefined)),
  pad_left: ([a, wanted, by]: [string, bigint, string]) => pad(a, wanted, by, true),
  pad_right: ([a, wanted, by]: [string, bigint, string]) => pad(a, wanted, by, false),
  parse_int: ([a]: [string]) => (/^-?[0-9]{1,19}$/.test(a) ? integer(BigInt(a)) : null),
  parse_decimal: ([a]: [string]) => (/^-?[0-9]{1,16}(\.[0-9]{1,12})?$/.test(a) ? (parseUnits(a) ?? null) : null),
  parse_date: ([a]: [string]) => parseDate(a),
  abs: ([a]: [bigint], whole) => (whole ? integer(a < 0n ? -a : a) : a < 0n ? -a : a),
  round: ([a, digits]: [bigint, bigint?]) => round(a, digits ?? 0n),
  floor: ([a]: [bigint]) => floor(a),
  ceiling: ([a]: [bigint]) => -floor(-a),
  div: ([a, b]: [bigint, bigint]) => (b === 0n ? null : integer(a / b)),
  min: least,
  max: most,
  sign: ([a]: [bigint]) => (a < 0n ? -1n : a > 0n ? 1n : 0n),
  truncate: ([a, digits]: [bigint, bigint?]) => (digits === undefined ? a / ONE : cut(a, digits)),
  mod: ([a, b]: [bigint, bigint]) => modulo(a, b),
  clamp: ([a, low, high]: [bigint, bigint, bigint]) => least([most([a, low]), high]),
  today: (_, __, context) => todayIn(context),
  now: (_, __, context) => BigInt(context.now ? Date.parse(context.now) : Date.now()),
  year: part(0),
  month: part(1),
  day: part(2),
  days: length(DAY),
  hours: length(3_600_000n),
  minutes: length(60_000n),
  seconds: length(1_000n),
  weeks: length(7n * DAY),
  in_days: whole(DAY),
  in_hours: whole(3_600_000n),
  in_minutes: whole(60_000n),
  in_seconds: whole(1_000n),
  quarter: ([a]: [string]) => quarterOf(a),
  week: ([a]: [string]) => weekOf(a),
  weekday: ([a]: [string]) => weekdayOf(a),
  hour: ([a]: [string]) => BigInt(a.split(':')[0]!),
  minute: ([a]: [string]) => BigInt(a.split(':')[1]!),
  date: (values: [bigint, bigint, bigint] | [bigint, string?], _, context, types) =>
    types[0] === 'datetime' ? (local(values[0], (values[1] as string) ?? zoneOf(context))?.date ?? null) : makeDate(values[0], values[1] as bigint, values[2]!),
  time: ([a, b]: [bigint, bigint | string | undefined], _, context, types) => (types[0] === 'datetime' ? timeIn(a, (b as string) ?? zoneOf(context)) : makeTime(a, b as bigint)),
  datetime: ([date, time, zone]: [string, string, string?], _, context) => instantOf(date, time, zone ?? zoneOf(context)),
  add_days: ([a, days]: [string, bigint]) => addDays(a, days),
  add_months: months(1n),
  add_years: months(12n),
  start_of: ([a, unit]: [string, Unit]) => span(a, unit)[0],
  end_of: ([a, unit]: [string, Unit]) => span(a, unit)[1],
  days_between: ([a, b]: [string, string]) => BigInt(dateOf(b) - dateOf(a)),
  months_between: ([a, b]: [string, string]) => monthsBetween(a, b),
  years_between: ([a, b]: [string, string]) => monthsBetween(a, b) / 12n,
  format: ([a, pattern]: [string | bigint, string], _, context) => {
    const shown = typeof a === 'bigint' ? local(a, zoneOf(context)) : { date: a, time: '00:00:00' };
    return shown && format(shown.date, shown.time, pattern);
  },
  in_this: period('in_this'),
  in_previous: period('in_previous'),
  in_next: period('in_next'),
  in_last: period('in_last'),
  in_coming: period('in_coming'),
};

/** Calls a function of the library with arguments none of which is empty. */
export function callFunction(name: string, values: Value[], types: Type[], context: Context): Value {
  const body = FUNCTIONS[name];
  if (!body) throw new Error(`unknown function ${name}`);
  return body(values, types[0] === 'integer', context, types);
}
