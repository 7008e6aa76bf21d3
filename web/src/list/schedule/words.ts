import { formatClock, formatDate, toDateText } from '@/fields/dates';
import { isSameDay } from './days';
import { type Item, lastDay } from './items';

/** When something is, in words: one day or two ends, with hours where they are known. */
export function whenOf(item: Pick<Item, 'from' | 'to'>, isDays: boolean): string {
  const day = (date: Date) => formatDate(toDateText(date));
  const last = lastDay(item);
  if (isDays) return isSameDay(item.from, last) ? day(item.from) : `${day(item.from)} – ${day(last)}`;
  const [from, to] = [formatClock(item.from), formatClock(item.to)];
  return isSameDay(item.from, last) ? `${day(item.from)}, ${from}–${to}` : `${day(item.from)}, ${from} – ${day(item.to)}, ${to}`;
}
