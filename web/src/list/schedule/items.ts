import type { Entity, Field, RecordData } from '@/catalog/types';
import { toDateText } from '@/fields/dates';
import { hueOfChoice } from '@/fields/inputs/ChoiceInputs';
import { isWritable } from '@/fields/mapping';
import { recordTitle } from '@/fields/title';
import type { Hue } from '@/ui/hue';
import type { Layout } from '../layout/model';
import { addDays, addMinutes, dayOf, daysBetween, startOfDay } from './days';

/** Minutes that something takes of which only the beginning is known. */
const SHORT = 60;

/** The fields by which records lie in time. */
export interface Dated {
  start: Field;
  end?: Field;
  colorBy?: Field;
  /** Whether they are of days, not of hours. */
  isDays: boolean;
}

/** A record in time: from an instant up to another. */
export interface Item {
  id: string;
  record: RecordData;
  title: string;
  from: Date;
  to: Date;
  /** Whether its end is said. */
  ends: boolean;
  hue: Hue;
}

export const isDated = (field: Field) => field.type === 'date' || field.type === 'datetime';

export function datedOf(entity: Entity, layout: Layout): Dated | undefined {
  const field = (name: string | undefined) => entity.fields.find((one) => one.name === name);
  const start = field(layout.start);
  if (!start || !isDated(start)) return undefined;
  const end = field(layout.end);
  const colorBy = field(layout.color_by);
  return { start, isDays: start.type === 'date', ...(end?.type === start.type && { end }), ...(colorBy?.type === 'choice' && { colorBy }) };
}

function readAt(field: Field, value: unknown): Date | undefined {
  if (typeof value !== 'string') return undefined;
  const date = field.type === 'date' ? dayOf(value.slice(0, 10)) : new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** A record where it lies; none where it has no beginning. */
export function itemOf(dated: Dated, entity: Entity, record: RecordData): Item | undefined {
  const { start, end, colorBy, isDays } = dated;
  const from = readAt(start, record[start.name]);
  if (!from) return undefined;
  const last = end && readAt(end, record[end.name]);
  const plain = isDays ? addDays(from, 1) : addMinutes(from, SHORT);
  const said = last && (isDays ? addDays(last, 1) : last);
  const choice = colorBy && record[colorBy.name];
  return { id: record.id, record, title: recordTitle(entity, record), from, to: said && said > from ? said : plain, ends: !!said, hue: colorBy ? (choice === null || choice === undefined ? 'slate' : hueOfChoice(colorBy, choice)) : 'blue' };
}

const literal = (field: Field, at: Date) => JSON.stringify(field.type === 'date' ? toDateText(at) : at.toISOString());

/** The condition on records that lie in these days; `to` is the day after the last. The beginning stands by itself, so that an index of it serves. */
export function rangeFilter({ start, end }: Dated, from: Date, to: Date): string {
  const before = `${start.name} < ${literal(start, to)}`;
  const begins = `${start.name} >= ${literal(start, from)}`;
  if (!end) return `${begins} && ${before}`;
  const reaches = end.type === 'date' ? `${end.name} >= ${literal(end, from)}` : `${end.name} > ${literal(end, from)}`;
  return `${before} && (${begins} || ${reaches})`;
}

const written = (field: Field, at: Date) => (field.type === 'date' ? toDateText(at) : at.toISOString());

/** What a record holds that lies so. The end is written where it is said, or where somebody has just drawn it. */
export function valuesOf({ start, end, isDays }: Dated, item: Pick<Item, 'from' | 'to'>, ends: boolean): Record<string, string> {
  return { [start.name]: written(start, item.from), ...(end && ends && { [end.name]: written(end, isDays ? addDays(item.to, -1) : item.to) }) };
}

/** What may be done with a record by hand. */
export function mayShift(entity: Entity, dated: Dated) {
  const may = entity.operations.update && !entity.read_only;
  const isOpen = (field: Field | undefined) => !!field && isWritable(field);
  const resize = may && isOpen(dated.end);
  return { move: may && isOpen(dated.start) && (!dated.end || isOpen(dated.end)), resize };
}

export interface Shift {
  days: number;
  minutes: number;
}

export type Grip = 'move' | 'start' | 'end';

/** Where an item lies that was moved, or one of whose ends was. It keeps a length of a day or a quarter of an hour. */
export function shifted(item: Item, grip: Grip, { days, minutes }: Shift, isDays: boolean): Item {
  const by = (date: Date) => addMinutes(addDays(date, days), minutes);
  if (grip === 'move') {
    const from = by(item.from);
    return { ...item, from, to: isDays ? addDays(from, daysBetween(item.from, item.to)) : new Date(from.getTime() + item.to.getTime() - item.from.getTime()) };
  }
  const least = (date: Date, way: 1 | -1) => (isDays ? addDays(date, way) : addMinutes(date, way * 15));
  if (grip === 'start') {
    const from = by(item.from);
    return { ...item, from: from < item.to ? from : least(item.to, -1), ends: true };
  }
  const to = by(item.to);
  return { ...item, to: to > item.from ? to : least(item.from, 1), ends: true };
}

export const isMoved = (one: Item, other: Item) => one.from.getTime() !== other.from.getTime() || one.to.getTime() !== other.to.getTime();

/** The last day that something reaches into. */
export const lastDay = (item: Pick<Item, 'from' | 'to'>) => (item.to > item.from ? startOfDay(new Date(item.to.getTime() - 1)) : startOfDay(item.from));

/** Whether it lies upon whole days: of days, or longer than one. */
export const isLong = (item: Item, isDays: boolean) => isDays || item.to.getTime() - item.from.getTime() >= 86_400_000;
