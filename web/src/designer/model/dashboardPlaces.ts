/** Places of widgets on twelve columns: the first free one, and what moves away when one is moved or resized. */
import { cloneLayout, collides, type Layout, moveElement, verticalCompactor } from 'react-grid-layout/core';
import { COLUMNS } from '@/dashboards/grid';
import type { PlaceDoc, WidgetDoc } from './dashboard';

/** Most rows of a widget. */
export const TALLEST = 20;

export type Direction = 'left' | 'right' | 'up' | 'down';

export const layoutOf = (widgets: WidgetDoc[]): Layout => widgets.map(({ name, place }) => ({ i: name, x: place.x, y: place.y, w: place.width, h: place.height, minW: 1, maxW: COLUMNS, minH: 1, maxH: TALLEST }));

/** The widgets where the layout has them; the same array when none has moved. */
export function arranged(widgets: WidgetDoc[], layout: Layout): WidgetDoc[] {
  const found = new Map(layout.map((one) => [one.i, one]));
  let moved = false;
  const next = widgets.map((widget) => {
    const at = found.get(widget.name);
    if (!at || (at.x === widget.place.x && at.y === widget.place.y && at.w === widget.place.width && at.h === widget.place.height)) return widget;
    moved = true;
    return { ...widget, place: { x: at.x, y: at.y, width: at.w, height: at.h } };
  });
  return moved ? next : widgets;
}

/** The first free place of the size, row by row from the top. */
export function freePlace(widgets: WidgetDoc[], { width, height }: { width: number; height: number }): PlaceDoc {
  const taken = layoutOf(widgets);
  for (let y = 0; ; y += 1) {
    for (let x = 0; x + width <= COLUMNS; x += 1) {
      const wanted = { i: '', x, y, w: width, h: height };
      if (!taken.some((one) => collides(one, wanted))) return { x, y, width, height };
    }
  }
}

/** Puts a new widget where it was let go; what is there gives way. */
export function dropped(widgets: WidgetDoc[], widget: WidgetDoc, at: { x: number; y: number }): WidgetDoc[] {
  const bottom = Math.max(0, ...widgets.map(({ place }) => place.y + place.height));
  const whole = [...widgets, { ...widget, place: { ...widget.place, x: 0, y: bottom } }];
  return arranged(whole, put(layoutOf(whole), widget.name, Math.max(0, Math.min(at.x, COLUMNS - widget.place.width)), Math.max(0, at.y)));
}

/** What is left when a widget goes closes up. */
export const without = (widgets: WidgetDoc[], name: string): WidgetDoc[] => {
  const rest = widgets.filter((one) => one.name !== name);
  return arranged(rest, verticalCompactor.compact(layoutOf(rest), COLUMNS));
};

function put(layout: Layout, name: string, x: number, y: number): Layout {
  // Items are changed where they are.
  const own = cloneLayout(layout);
  const item = own.find((one) => one.i === name);
  return item ? verticalCompactor.compact(moveElement(own, item, x, y, true, false, 'vertical', COLUMNS, false), COLUMNS) : layout;
}

const same = (left: Layout, right: Layout) => left.every((one) => right.some((other) => other.i === one.i && other.x === one.x && other.y === one.y));

/** Moves a widget to the next place in the direction, past what is in the way; the same array where there is none. */
export function moved(widgets: WidgetDoc[], name: string, direction: Direction): WidgetDoc[] {
  const layout = verticalCompactor.compact(layoutOf(widgets), COLUMNS);
  const item = layout.find((one) => one.i === name);
  if (!item) return widgets;
  if (direction === 'left' || direction === 'right') {
    const x = item.x + (direction === 'left' ? -1 : 1);
    return x < 0 || x + item.w > COLUMNS ? widgets : arranged(widgets, put(layout, name, x, item.y));
  }
  // Widgets float up: further down means below the one beneath, further up means above the one on top.
  const bottom = Math.max(...layout.map((one) => one.y + one.h));
  for (let step = 1; direction === 'up' ? item.y - step >= 0 : item.y + step <= bottom; step += 1) {
    const next = put(layout, name, item.x, item.y + (direction === 'up' ? -step : step));
    const now = next.find((one) => one.i === name)!;
    if (direction === 'up' ? now.y < item.y : now.y > item.y && !same(layout, next)) return arranged(widgets, next);
  }
  return widgets;
}

/** Makes a widget wider, narrower, taller or lower by one; the same array at the edge. */
export function resized(widgets: WidgetDoc[], name: string, direction: Direction): WidgetDoc[] {
  const widget = widgets.find((one) => one.name === name);
  if (!widget) return widgets;
  const { x, width, height } = widget.place;
  const to = { width: width + Number(direction === 'right') - Number(direction === 'left'), height: height + Number(direction === 'down') - Number(direction === 'up') };
  if (to.width < 1 || x + to.width > COLUMNS || to.height < 1 || to.height > TALLEST) return widgets;
  const grown = widgets.map((one) => (one === widget ? { ...one, place: { ...one.place, ...to } } : one));
  // What it grows over is pushed away as by a move on the spot.
  const layout = layoutOf(grown);
  const item = layout.find((one) => one.i === name)!;
  const clear = [...layout].map((one) => (one.i !== name && collides(one, item) ? { ...one, y: Math.max(one.y, item.y + item.h) } : one));
  return arranged(grown, verticalCompactor.compact(clear, COLUMNS));
}
