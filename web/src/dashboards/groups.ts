import i18next from 'i18next';
import { type Catalog, targetOf } from '@/catalog/catalog';
import type { Field, Reference } from '@/catalog/types';
import { formatDate, formatDateTime } from '@/fields/dates';
import { formatValue } from '@/fields/format';
import { referenceTitle } from '@/fields/reference';
import { currentLocale } from '@/i18n';
import { spanLabel, spanOf, step } from '@/measures/period';
import { choiceHue, type Hue, HUES, hueOf } from '@/ui/hue';
import type { DatePart, Group, Item } from './types';

/** What a widget is grouped by, with the field whose values the groups are. */
export interface Axis {
  key: string;
  path: string;
  by?: DatePart;
  field?: Field;
  label: string;
}

export function axisOf(catalog: Catalog, entity: string, group: Group): Axis {
  const { path, by, name } = typeof group === 'string' ? { path: group, by: undefined, name: undefined } : group;
  const fields = catalog.path(entity, path);
  return { key: name || path, path, ...(by && { by }), field: fields?.at(-1), label: fields?.map((field) => field.label).join(' › ') ?? path };
}

/** One value of a key: what tells it apart, what it is called, and its place among the values that have an order. */
export interface Key {
  id: string;
  label: string;
  /** As it is written below an axis, where the year stands once. */
  short: string;
  hue?: Hue;
  order?: number;
  /** Whether it is a person or a thing, which has a hue wherever it is shown. */
  isRecord?: boolean;
}

const EMPTY = '\u0000';

const shortened = (text: string) => text.replace(/\s+г\.$/, '').replace('.', '');

/** A day, week, month, quarter or year by its first day. */
export function dateLabel(start: string, by: DatePart, isShort = false): string {
  const quarter = (number: number, year: number) => (isShort ? `${i18next.t('work:targets.quarter', { number })} ${String(year).slice(2)}` : i18next.t('work:indicators.quarter_of', { number, year }));
  const day = start.slice(0, 10);
  if (!isShort) return spanLabel(spanOf(by, day), quarter);
  const [year, month, date] = day.split('-').map(Number);
  const at = new Date(year!, month! - 1, date!, 12);
  const written = (options: Intl.DateTimeFormatOptions) => shortened(new Intl.DateTimeFormat(currentLocale(), options).format(at));
  // Three letters tell the months apart in both languages.
  if (by === 'month') return `${written({ month: 'short' }).slice(0, 3)}${month === 1 ? ` ${String(year).slice(2)}` : ''}`;
  if (by === 'year' || by === 'quarter') return spanLabel(spanOf(by, day), quarter);
  return written({ day: 'numeric', month: 'short' });
}

/** Reads the value of a key. */
export function keyOf(axis: Axis, value: unknown): Key {
  const { field } = axis;
  if (value === null || value === undefined) {
    const label = i18next.t('work:operator.empty');
    return { id: EMPTY, label, short: label, hue: 'slate', order: Number.MAX_SAFE_INTEGER };
  }
  if (axis.by && typeof value === 'string') return { id: value, label: dateLabel(value, axis.by), short: dateLabel(value, axis.by, true) };
  if (typeof value === 'object' && 'id' in value) {
    const reference = value as Reference;
    const label = referenceTitle(reference, field && targetOf(field));
    return { id: reference.id, label, short: label, isRecord: true };
  }
  const place = field?.choices?.findIndex((choice) => choice.value === value) ?? -1;
  if (place >= 0) {
    const choice = field!.choices![place]!;
    return { id: choice.value, label: choice.label, short: choice.label, hue: choiceHue(choice.color, place), order: place };
  }
  const label = field?.type === 'datetime' ? formatDateTime(String(value)) : field?.type === 'date' ? formatDate(String(value)) : field ? formatValue(field, value) : String(value);
  return { id: String(value), label, short: label };
}

/** The keys of groups, each once, in the order of the answer. */
export function keysOf(axis: Axis, items: Item[]): Key[] {
  const found = new Map<string, Key>();
  for (const item of items) {
    const key = keyOf(axis, item[axis.key]);
    if (!found.has(key.id)) found.set(key.id, key);
  }
  return [...found.values()];
}

const isDated = (key: Key) => /^\d{4}-\d{2}-\d{2}/.test(key.id);

/** Most places that are put into an axis of dates for what nothing is of. */
const GAPS = 120;

/** Dates in their order with those between them of which there is nothing: a month without deals is a month. */
export function alongTime(axis: Axis, keys: Key[]): Key[] {
  if (!axis.by) return keys;
  const dated = keys.filter(isDated).sort((a, b) => a.id.localeCompare(b.id));
  if (dated.length < 2) return keys;
  const known = new Map(dated.map((key) => [key.id.slice(0, 10), key]));
  const all: Key[] = [];
  const last = dated.at(-1)!.id.slice(0, 10);
  for (let at = dated[0]!.id.slice(0, 10); at <= last; at = step(axis.by, at, 1)) {
    all.push(known.get(at) ?? { id: at, label: dateLabel(at, axis.by), short: dateLabel(at, axis.by, true) });
    if (all.length > dated.length + GAPS) return dated;
  }
  const rest = keys.filter((key) => !isDated(key));
  return [...all, ...rest];
}

/** Values of a choice in the order in which people have put them. */
export const inOwnOrder = (keys: Key[]) => (keys.some((key) => key.order !== undefined && key.id !== EMPTY) ? [...keys].sort((a, b) => (a.order ?? Number.MAX_SAFE_INTEGER - 1) - (b.order ?? Number.MAX_SAFE_INTEGER - 1)) : keys);

/**
 * A hue for each key: its own; of people and things that of their marks, so that a filter does not colour them anew; else one
 * that none of the others has, as far as there are any.
 */
export function huesOf(keys: Key[]): Hue[] {
  const taken = new Set(keys.flatMap((key) => key.hue ?? []));
  const found = keys.map((key) => {
    const wanted = key.hue ?? (key.isRecord ? hueOf(key.label) : undefined);
    if (!wanted || (!key.hue && taken.has(wanted))) return undefined;
    taken.add(wanted);
    return wanted;
  });
  const free = HUES.filter((hue) => !taken.has(hue));
  const cycle = free.length ? free : [...HUES];
  let next = 0;
  return found.map((hue) => hue ?? cycle[next++ % cycle.length]!);
}
