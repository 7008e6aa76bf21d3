import type { Place, Size } from './types';

export const COLUMNS = 12;
export const ROW = 56;
export const GAP = 12;

/** The height of so many rows. */
export const heightOf = (rows: number) => rows * ROW + (rows - 1) * GAP;

/** The room of a place in a grid so wide. */
export function sizeOf(place: Place, width: number): Size {
  const column = (width - GAP * (COLUMNS - 1)) / COLUMNS;
  return { width: Math.max(0, Math.round(place.width * column + (place.width - 1) * GAP)), height: heightOf(place.height) };
}

interface Placed {
  place: Place;
  type: string;
}

/** The order of reading, in which a phone shows one below the other. */
export const inOrder = <T extends Placed>(widgets: T[]): T[] => [...widgets].sort((a, b) => a.place.y - b.place.y || a.place.x - b.place.x);

/** Rows that a widget takes where it has the whole width of a phone: charts and tables no less than can be read. */
export function phoneRows({ type, place }: Placed): number {
  if (type === 'indicator') return 2;
  if (type === 'text') return place.height;
  return Math.max(5, Math.min(place.height, 8));
}
