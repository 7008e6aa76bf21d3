import { PERIOD_WORDS, type PeriodWord } from '@/measures/api';
import { isDay, type Span, spanOf, step, type Unit, unitOf } from '@/measures/period';
import { toDateText } from '@/fields/dates';
import type { DashboardFilter, FilterValues } from './types';

/** The address keeps the filters under their names, apart from anything else that it may keep. */
const PREFIX = 'f.';
/** The address's sign of a filter that acts on nothing. */
const NONE = '-';

export type Search = Record<string, string | undefined>;

export const isWord = (value: unknown): value is PeriodWord => PERIOD_WORDS.includes(value as PeriodWord);
export const isSpan = (value: unknown): value is Span => typeof value === 'object' && value !== null && isDay((value as Span).from) && isDay((value as Span).to) && (value as Span).from <= (value as Span).to;

const escaped = (text: string) => text.replace(/[%,]/g, (letter) => encodeURIComponent(letter)).replace(/^-$/, '%2D');
function plain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function read(filter: DashboardFilter, text: string): unknown {
  if (text === NONE) return null;
  if (filter.type === 'person') return text;
  if (filter.type === 'field') return text.split(',').filter(Boolean).map((item) => plain(item));
  if (isWord(text)) return text;
  const [from, to] = text.split('..');
  return isSpan({ from, to }) ? { from, to } : undefined;
}

function write(filter: DashboardFilter, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (value === null || (Array.isArray(value) && value.length === 0)) return NONE;
  if (filter.type === 'field') return (Array.isArray(value) ? value : [value]).map((item) => escaped(String(item))).join(',');
  return isSpan(value) ? `${value.from}..${value.to}` : String(value);
}

/** What the address says of the filters; of what it does not say, or says in no way that is understood, there is nothing. */
export function valuesIn(filters: DashboardFilter[], search: Search): FilterValues {
  return Object.fromEntries(filters.flatMap((filter) => {
    const text = search[PREFIX + filter.name];
    const value = typeof text === 'string' && text ? read(filter, text) : undefined;
    return value === undefined ? [] : [[filter.name, value]];
  }));
}

const same = (one: unknown, other: unknown) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

/** What acts: what is chosen, else the default. */
export const valueOf = (filter: DashboardFilter, values: FilterValues): unknown => (filter.name in values ? values[filter.name] : (filter.default ?? null));

/** The change of the address by which a filter has a value; its default takes no room there. */
export function changeTo(filter: DashboardFilter, value: unknown): Search {
  const empty = Array.isArray(value) && value.length === 0 ? null : value;
  return { [PREFIX + filter.name]: same(empty, filter.default) ? undefined : write(filter, empty) };
}

/** The change of the address by which every filter has its default. */
export const cleared = (filters: DashboardFilter[]): Search => Object.fromEntries(filters.map((filter) => [PREFIX + filter.name, undefined]));

/** What is sent: values of yes and no are such. */
export function requestOf(filters: DashboardFilter[], values: FilterValues, isBoolean: (filter: DashboardFilter) => boolean): FilterValues {
  return Object.fromEntries(filters.flatMap((filter) => {
    if (!(filter.name in values)) return [];
    const value = values[filter.name];
    return [[filter.name, Array.isArray(value) && isBoolean(filter) ? value.map((item) => item === 'true' || item === true) : value]];
  }));
}

/** The unit of the calendar that a period is, whichever way it is written. */
export function unitIn(value: unknown): Unit | undefined {
  if (isSpan(value)) return unitOf(value);
  if (!isWord(value) || value === 'all') return undefined;
  return value === 'today' ? 'day' : (value.split('_')[1] as Unit);
}

/** The days of a period from a day on which it is today. */
export function spanIn(value: unknown, today = toDateText(new Date())): Span | undefined {
  if (isSpan(value)) return value;
  const unit = unitIn(value);
  if (!unit) return undefined;
  return spanOf(unit, String(value).startsWith('last_') ? step(unit, today, -1) : today);
}

/** A whole unit as a word where it has one, so that it moves with today. */
export function periodOf(unit: Unit, day: string, today = toDateText(new Date())): PeriodWord | Span {
  const span = spanOf(unit, day);
  for (const word of unit === 'day' ? ['today'] : [`this_${unit}`, `last_${unit}`]) if (isWord(word) && same(spanIn(word, today), span)) return word;
  return span;
}
