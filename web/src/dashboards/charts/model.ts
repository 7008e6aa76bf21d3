import type { Catalog } from '@/catalog/catalog';
import type { NumberFormat } from '@/measures/api';
import type { Hue } from '@/ui/hue';
import { alongTime, type Axis, axisOf, huesOf, inOwnOrder, type Key, keyOf, keysOf } from '../groups';
import { drawn, formatOf, measureLabel } from '../numbers';
import type { ChartWidget, Item, WidgetMeasure } from '../types';

export interface Measured {
  name: string;
  label: string;
  format: NumberFormat;
  isSum: boolean;
}

export interface Series {
  name: string;
  hue: Hue;
  format: NumberFormat;
  /** The key of the answer by which its numbers are found. */
  measure: string;
  /** Whether nothing adds up to nothing. */
  isSum: boolean;
  /** The group at each place of the axis; none where nothing is of it. */
  items: (Item | undefined)[];
}

/** A chart as it is drawn: an axis of groups, and series of a second group or of the measures. */
export interface Model {
  axis: Axis;
  keys: Key[];
  series: Series[];
  measures: Measured[];
  /** Whether the series are the values of a second group. */
  isSplit: boolean;
}

export const measured = (catalog: Catalog, entity: string, measures: WidgetMeasure[], count: string): Measured[] =>
  measures.map((one) => ({ name: one.name, label: measureLabel(catalog, entity, one, count), format: formatOf(catalog, entity, one), isSum: /^\s*(sum|count)\(/.test(one.expression) }));

/** Keys of an axis: dates in their order and without gaps, choices in theirs unless the document sorts. */
export const axisKeys = (axis: Axis, items: Item[], isSorted: boolean): Key[] => (axis.by ? alongTime(axis, keysOf(axis, items)) : isSorted ? keysOf(axis, items) : inOwnOrder(keysOf(axis, items)));

export function modelOf(catalog: Catalog, widget: Pick<ChartWidget, 'entity' | 'group_by' | 'measures' | 'sort'>, items: Item[], count: string): Model {
  const measures = measured(catalog, widget.entity, widget.measures, count);
  const [first, second] = widget.group_by.map((group) => axisOf(catalog, widget.entity, group));
  const axis = first ?? { key: '', path: '', label: '' };
  const keys = axisKeys(axis, items, !!widget.sort?.length);
  const at = new Map(keys.map((key, index) => [key.id, index]));
  const placed = (of: Item[]) => {
    const found = new Array<Item | undefined>(keys.length).fill(undefined);
    for (const item of of) found[at.get(keyOf(axis, item[axis.key]).id) ?? -1] = item;
    return found;
  };
  if (!second) {
    const hues: Hue[] = ['blue', 'teal', 'amber', 'violet', 'rose', 'cyan', 'green', 'orange', 'lime', 'slate'];
    return { axis, keys, measures, isSplit: false, series: measures.map((one, index) => ({ name: one.label, hue: hues[index % hues.length]!, format: one.format, isSum: one.isSum, measure: one.name, items: placed(items) })) };
  }
  const others = inOwnOrder(keysOf(second, items));
  const hues = huesOf(others);
  const one = measures[0];
  const series = others.map((key, index) => ({ name: key.label, hue: hues[index]!, format: one?.format ?? { type: 'decimal' as const, scale: -1, currency: null }, isSum: one?.isSum ?? false, measure: one?.name ?? '', items: placed(items.filter((item) => keyOf(second, item[second.key]).id === key.id)) }));
  return { axis, keys, measures, series, isSplit: true };
}

/** What a place of a series is called, for the list that it leads to. */
export const placeLabel = (model: Model, series: Series, index: number) => [model.keys[index]?.label, model.isSplit && series.name].filter(Boolean).join(', ');

/** The number of a series at a place. */
export const numberAt = (series: Series, index: number) => drawn(series.items[index]?.[series.measure]);

/** Which share of the whole something is, as a text for `percent`; nothing of nothing. */
export const shareOf = (part: number | null, total: number | null) => (part === null || !total ? null : String(part / total));
