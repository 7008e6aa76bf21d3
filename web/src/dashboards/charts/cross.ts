import type { Catalog } from '@/catalog/catalog';
import { alongTime, type Axis, axisOf, inOwnOrder, type Key, keyOf, keysOf } from '../groups';
import { drawn } from '../numbers';
import type { Group, Item } from '../types';

/** One row or column of a cross table: the values of its keys, one below the other. */
export interface Line {
  id: string;
  keys: Key[];
}

export interface Cross {
  rowAxes: Axis[];
  columnAxes: Axis[];
  rows: Line[];
  columns: Line[];
  cell: (row: Line, column: Line) => Item | undefined;
}

const JOINT = '\u0001';
const lineOf = (axes: Axis[], item: Item): Line => {
  const keys = axes.map((axis) => keyOf(axis, item[axis.key]));
  return { id: keys.map((key) => key.id).join(JOINT), keys };
};
/** What tells a group apart by these axes. */
export const idOf = (axes: Axis[], item: Item) => lineOf(axes, item).id;

/** The lines along some axes: each axis in its order, the first one first. */
function linesOf(axes: Axis[], items: Item[], isSorted: boolean): Line[] {
  const found = new Map<string, Line>();
  for (const item of items) {
    const line = lineOf(axes, item);
    if (!found.has(line.id)) found.set(line.id, line);
  }
  const lines = [...found.values()];
  if (axes.length === 1 && axes[0]!.by) return alongTime(axes[0]!, lines.map((line) => line.keys[0]!)).map((key) => ({ id: key.id, keys: [key] }));
  if (isSorted && axes.length === 1) return lines;
  const ranks = axes.map((axis) => {
    const keys = keysOf(axis, items);
    const ordered = axis.by ? alongTime(axis, keys) : isSorted ? keys : inOwnOrder(keys);
    return new Map(ordered.map((key, at) => [key.id, at]));
  });
  const rank = (line: Line, at: number) => ranks[at]!.get(line.keys[at]!.id) ?? 0;
  return lines.sort((a, b) => axes.reduce((order, _, at) => order || rank(a, at) - rank(b, at), 0));
}

/** Groups laid out in rows and columns. */
export function crossOf(catalog: Catalog, entity: string, rows: Group[], columns: Group[], items: Item[], isSorted = false): Cross {
  const rowAxes = rows.map((group) => axisOf(catalog, entity, group));
  const columnAxes = columns.map((group) => axisOf(catalog, entity, group));
  const cells = new Map(items.map((item) => [`${idOf(rowAxes, item)}${JOINT}${JOINT}${idOf(columnAxes, item)}`, item]));
  return { rowAxes, columnAxes, rows: linesOf(rowAxes, items, isSorted), columns: linesOf(columnAxes, items, isSorted), cell: (row, column) => cells.get(`${row.id}${JOINT}${JOINT}${column.id}`) };
}

/** How warm a number is between the least and the most of its measure, nothing at or below zero where all are above. */
export function heatOf(items: Item[], measure: string): (item: Item | undefined) => number {
  const numbers = items.flatMap((item) => drawn(item[measure]) ?? []);
  const [least, most] = [Math.min(0, ...numbers), Math.max(0, ...numbers)];
  return (item) => {
    const number = drawn(item?.[measure]);
    return number === null || most === least ? 0 : (number - least) / (most - least);
  };
}

/** The ground of a warm cell: up to half of the primary colour, so that its number stays readable. */
export const groundOf = (heat: number) => (heat > 0 ? `color-mix(in srgb, var(--primary) ${Math.round(4 + heat * 34)}%, var(--surface))` : undefined);
