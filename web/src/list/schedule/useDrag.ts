import { type PointerEvent as ReactPointerEvent, useEffect, useRef, useState } from 'react';
import type { Grip, Item, Shift } from './items';

/** Pixels before a press is a drag. */
const STILL = 4;

/** A place under the pointer: a day counted from anywhere, minutes of it, and the row where there are rows. */
export interface Spot {
  day: number;
  minutes: number;
  row?: string;
}

/** Tells what lies at a place of the screen. */
export type SpotAt = (x: number, y: number) => Spot | undefined;

export interface Drag {
  item: Item;
  grip: Grip;
  shift: Shift;
  /** The row it was taken from and the one it is over. */
  fromRow?: string;
  row?: string;
}

/** Drags by mouse. What is dragged is told as it goes, so that it can be drawn where it would lie; Escape gives it up. */
export function useDrag(spotAt: SpotAt, onDrop: (drag: Drag) => void) {
  const [drag, setDrag] = useState<Drag | null>(null);
  const latest = useRef({ spotAt, onDrop });
  latest.current = { spotAt, onDrop };
  const stop = useRef<() => void>(undefined);
  /** A drag that ends over what it was taken from must not count as a click. */
  const dragged = useRef(false);
  useEffect(() => () => stop.current?.(), []);

  function take(event: ReactPointerEvent, item: Item, grip: Grip) {
    if (event.button !== 0 || event.pointerType === 'touch') return;
    const from = latest.current.spotAt(event.clientX, event.clientY);
    if (!from) return;
    event.stopPropagation();
    const [x, y] = [event.clientX, event.clientY];
    dragged.current = false;
    let current: Drag | null = null;
    const move = (to: PointerEvent) => {
      if (!current && Math.hypot(to.clientX - x, to.clientY - y) < STILL) return;
      dragged.current = true;
      const spot = latest.current.spotAt(to.clientX, to.clientY);
      if (!spot) return;
      to.preventDefault();
      current = { item, grip, shift: { days: spot.day - from.day, minutes: spot.minutes - from.minutes }, fromRow: from.row, row: grip === 'move' ? spot.row : from.row };
      setDrag(current);
    };
    const end = (drop: boolean) => {
      stop.current?.();
      if (drop && current) latest.current.onDrop(current);
      setDrag(null);
    };
    const up = () => end(true);
    const press = (key: KeyboardEvent) => { if (key.code === 'Escape') { key.stopPropagation(); end(false); } };
    stop.current = () => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', up);
      window.removeEventListener('keydown', press, true);
      document.body.classList.remove('dragging-time');
    };
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', up);
    window.addEventListener('keydown', press, true);
    document.body.classList.add('dragging-time');
  }
  /** Whether a click is but the end of a drag. */
  const wasDrag = () => { const was = dragged.current; dragged.current = false; return was; };
  return { drag, take, wasDrag };
}
