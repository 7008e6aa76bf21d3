import { createContext, type PointerEvent, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import type { FormNode } from '../model/form';
import { inserted, moved } from '../model/formTree';
import { type Aim, aimAt, aimAtRows } from './aim';
import { useDesign } from './useDesign';

/** What is carried by the mouse: something new, or what stands at `from`. */
export interface Carried {
  node: FormNode;
  from?: string;
  label: string;
  icon?: ReactNode;
}

interface Carry {
  carried?: Carried;
  /** Begins when the pointer is pressed; it becomes a drag once it moves. */
  press: (event: PointerEvent, carried: Carried) => void;
  /** Whether the click that ends a drag is to be left alone. */
  wasDragged: () => boolean;
  canvas: { current: HTMLElement | null };
  outline: { current: HTMLElement | null };
  /** Told while something is carried over a tab, which opens. */
  onTab: { current: ((at: string) => void) | null };
}

const THRESHOLD = 4;
/** How near to the edge of what scrolls the pointer makes it scroll, and by how much each time. */
const EDGE = 40;
const STEP = 14;

const Context = createContext<Carry | null>(null);

export function useCarry(): Carry {
  const carry = useContext(Context);
  if (!carry) throw new Error('useCarry outside CarryProvider');
  return carry;
}

/** Carries parts from the palette, the outline and the canvas to a place on the canvas or in the outline. Every drag has a way by keys too. */
export function CarryProvider({ children }: { children: ReactNode }) {
  const design = useDesign();
  const now = useRef(design);
  now.current = design;
  const [carried, setCarried] = useState<Carried>();
  const [point, setPoint] = useState({ x: 0, y: 0 });
  const [aim, setAim] = useState<Aim>();
  const canvas = useRef<HTMLElement | null>(null);
  const outline = useRef<HTMLElement | null>(null);
  const onTab = useRef<((at: string) => void) | null>(null);
  const dragged = useRef(false);
  const stop = useRef<() => void>(undefined);
  useEffect(() => () => stop.current?.(), []);

  const value = useMemo((): Carry => {
    const find = (what: Carried, x: number, y: number) => {
      const { doc } = now.current;
      const rows = outline.current && aimAtRows(outline.current, x, y, doc, what.node, what.from);
      return rows ?? (canvas.current ? aimAt(canvas.current, x, y, doc, what.node, what.from) : undefined);
    };
    const press = (event: PointerEvent, what: Carried) => {
      if (event.button !== 0 || event.pointerType === 'touch') return;
      const start = { x: event.clientX, y: event.clientY };
      let last = start;
      let timer = 0;
      let isCarried = false;
      dragged.current = false;
      const look = () => setAim(find(what, last.x, last.y));
      const scroll = () => {
        const place = canvas.current?.closest<HTMLElement>('.form-scroll');
        const box = place?.getBoundingClientRect();
        if (!place || !box || last.x < box.left || last.x > box.right) return;
        const by = last.y < box.top + EDGE ? -STEP : last.y > box.bottom - EDGE ? STEP : 0;
        if (!by) return;
        place.scrollBy(0, by);
        look();
      };
      const move = (next: globalThis.PointerEvent) => {
        last = { x: next.clientX, y: next.clientY };
        if (!isCarried) {
          if (Math.hypot(last.x - start.x, last.y - start.y) < THRESHOLD) return;
          isCarried = dragged.current = true;
          timer = window.setInterval(scroll, 30);
          document.documentElement.dataset.carrying = '';
          setCarried(what);
        }
        setPoint(last);
        const tab = document.elementsFromPoint(last.x, last.y).find((one): one is HTMLElement => one instanceof HTMLElement && one.dataset.cover !== undefined && /\/tabs\/\d+$/.test(one.dataset.cover));
        if (tab && 'type' in what.node) onTab.current?.(tab.dataset.cover!);
        look();
      };
      const end = (isDropped: boolean) => {
        stop.current?.();
        setCarried(undefined);
        setAim(undefined);
        const found = isCarried && isDropped ? find(what, last.x, last.y) : undefined;
        if (!found) return;
        const { doc, put } = now.current;
        put(what.from === undefined ? inserted(doc, found.list, found.index, what.node) : moved(doc, what.from, found.list, found.index));
      };
      const up = () => end(true);
      const cancel = () => end(false);
      const key = (next: KeyboardEvent) => {
        if (next.key !== 'Escape' || !isCarried) return;
        next.stopPropagation();
        cancel();
      };
      stop.current?.();
      stop.current = () => {
        window.clearInterval(timer);
        delete document.documentElement.dataset.carrying;
        window.removeEventListener('pointermove', move);
        window.removeEventListener('pointerup', up);
        window.removeEventListener('pointercancel', cancel);
        window.removeEventListener('keydown', key, true);
        stop.current = undefined;
      };
      window.addEventListener('pointermove', move);
      window.addEventListener('pointerup', up);
      window.addEventListener('pointercancel', cancel);
      window.addEventListener('keydown', key, true);
    };
    return { carried, press, canvas, outline, onTab, wasDragged: () => dragged.current };
  }, [carried]);

  return (
    <Context.Provider value={value}>
      {children}
      {carried && createPortal(
        <>
          {aim && <div className={aim.isInto ? 'form-drop-into' : 'form-drop-line'} data-vertical={(!aim.isInto && aim.line.width === 0) || undefined} style={{ left: aim.line.left, top: aim.line.top, width: aim.line.width, height: aim.line.height }} />}
          <div className="form-ghost" style={{ left: point.x + 8, top: point.y - 14 }}>{carried.icon}<span className="ellipsis">{carried.label}</span></div>
        </>, document.body,
      )}
    </Context.Provider>
  );
}
