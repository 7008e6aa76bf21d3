import { expect, it } from 'vitest';
import { heightOf, inOrder, phoneRows, sizeOf } from './grid';

it('gives each place its room', () => {
  expect(heightOf(1)).toBe(56);
  expect(heightOf(5)).toBe(5 * 56 + 4 * 12);
  expect(sizeOf({ x: 0, y: 0, width: 12, height: 2 }, 1180)).toEqual({ width: 1180, height: 124 });
  // Twelve of them and the gaps between are the whole.
  expect(sizeOf({ x: 3, y: 0, width: 3, height: 1 }, 1180).width * 4 + 3 * 12).toBe(1180);
  expect(sizeOf({ x: 0, y: 0, width: 1, height: 1 }, 0).width).toBe(0);
});

it('is read from the top, and from the left', () => {
  const at = (x: number, y: number) => ({ type: 'chart', place: { x, y, width: 3, height: 9 } });
  expect(inOrder([at(6, 2), at(0, 2), at(9, 0)]).map(({ place }) => [place.x, place.y])).toEqual([[9, 0], [0, 2], [6, 2]]);
});

it('leaves room to read on a phone', () => {
  const rows = (type: string, height: number) => phoneRows({ type, place: { x: 0, y: 0, width: 3, height } });
  expect([rows('indicator', 6), rows('chart', 2), rows('chart', 20), rows('text', 1)]).toEqual([2, 5, 8, 1]);
});
