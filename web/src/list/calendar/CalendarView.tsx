import type { RefObject } from 'react';
import type { Entity } from '@/catalog/types';
import type { ListState } from '../state';
import { addDays, addMinutes, daysBetween, daysFrom } from '../schedule/days';
import { type Dated, type Item, valuesOf } from '../schedule/items';
import type { Hands } from '../schedule/ItemCard';
import type { SpotAt } from '../schedule/useDrag';
import { Agenda } from './Agenda';
import { Hours } from './Hours';
import type { Mode } from './modes';
import { Weeks } from './Weeks';

export interface ViewProps {
  entity: Entity;
  state: ListState;
  dated: Dated;
  items: Item[];
  hands: Hands;
  /** Where what is drawn tells which day and minute is under the pointer. */
  spot: RefObject<SpotAt | null>;
  mobile: boolean;
  /** Looks at one day. */
  onDay: (day: Date) => void;
  /** Makes a record that lies so. */
  onCreate?: (from: Date, to: Date) => void;
}

interface Props extends Omit<ViewProps, 'onCreate'> {
  mode: Mode;
  day: Date;
  seen: { from: Date; to: Date };
  pending: boolean;
  onCreate?: (values: Record<string, string>) => void;
}

/** Draws what lies in the days that are seen. Whatever draws calendars stands behind this. */
export function CalendarView({ mode, day, seen, pending, onCreate, ...props }: Props) {
  const { dated, mobile } = props;
  const create = onCreate && ((from: Date, to: Date) => onCreate(valuesOf(dated, { from, to }, true)));
  // A click on a day of a month means a working hour of it.
  const inDay = create && ((from: Date) => (dated.isDays ? create(from, addDays(from, 1)) : create(addMinutes(from, 600), addMinutes(from, 660))));
  const days = daysFrom(seen.from, daysBetween(seen.from, seen.to));
  if (mobile || mode === 'list') return <Agenda {...props} days={days} month={mode === 'month' ? day : undefined} pending={pending} onCreate={inDay} />;
  if (mode === 'month' || dated.isDays) return <Weeks {...props} days={days} month={mode === 'month' ? day : undefined} onCreate={inDay} />;
  return <Hours {...props} days={days} onCreate={create} />;
}
