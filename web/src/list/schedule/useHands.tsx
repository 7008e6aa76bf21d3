import { lazy, Suspense, useMemo, useRef, useState } from 'react';
import type { Entity } from '@/catalog/types';
import type { ListChange, ListState } from '../state';
import { type Dated, isMoved, type Item, mayShift, shifted, valuesOf } from './items';
import type { Hands } from './ItemCard';
import { type Drag, type SpotAt, useDrag } from './useDrag';
import { useShift } from './useShift';
import { whenOf } from './words';

const Dates = lazy(() => import('./Dates'));

interface Wanted {
  entity: Entity;
  state: ListState;
  dated: Dated;
  items: Item[];
  mobile: boolean;
  onOpen: (id: string) => void;
  onUpdate: (change: ListChange) => void;
  /** What a record is to hold that is put into another row, and what it then reads. */
  intoRow?: (item: Item, row: string) => { written: Record<string, unknown>; read: Record<string, unknown>; back: Record<string, unknown>; label: string } | undefined;
}

/** What can be done with items by hand, and the items as they would lie if what is dragged were let go. */
export function useHands({ entity, state, dated, items, mobile, onOpen, onUpdate, intoRow }: Wanted) {
  const shift = useShift(entity);
  const spot = useRef<SpotAt | null>(null);
  const [asked, setAsked] = useState<Item | null>(null);
  const { isDays } = dated;
  const may = mayShift(entity, dated);

  function put(before: Item, after: Item, row?: string) {
    const into = row !== undefined ? intoRow?.(before, row) : undefined;
    const moved = isMoved(before, after);
    if (!moved && !into) return;
    const ends = before.ends || after.ends;
    const was = { [dated.start.name]: before.record[dated.start.name] ?? null, ...(dated.end && ends && { [dated.end.name]: before.record[dated.end.name] ?? null }) };
    const written = { ...(moved && valuesOf(dated, after, ends)), ...into?.written };
    const to = [into?.label, (moved || !into) && whenOf(after, isDays)].filter(Boolean).join(', ');
    void shift(before.record, { written, read: into?.read }, { ...(moved && was), ...into?.back }, to);
  }
  const drop = ({ item, grip, shift: by, fromRow, row }: Drag) => put(item, shifted(item, grip, by, isDays), row !== fromRow ? row : undefined);
  const { drag, take, wasDrag } = useDrag((x, y) => spot.current?.(x, y), drop);
  const shown = useMemo(() => {
    if (!drag) return items;
    const draft = shifted(drag.item, drag.grip, drag.shift, isDays);
    const into = drag.row !== undefined && drag.row !== drag.fromRow ? intoRow?.(drag.item, drag.row) : undefined;
    return items.map((item) => (item.id === drag.item.id ? { ...draft, ...(into && { record: { ...draft.record, ...into.read } }) } : item));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- rows do not change while something is dragged.
  }, [drag, items, isDays]);

  const hands: Hands = {
    may, isDays, selected: state.selected, wasDrag, onTake: mobile ? () => undefined : take,
    onOpen: (item) => onOpen(item.id),
    onPeek: (item) => (mobile ? onOpen(item.id) : onUpdate({ selected: state.selected === item.id ? null : item.id })),
    onShift: (item, grip, by) => put(item, shifted(item, grip, by, isDays)),
    onDates: setAsked,
    ...(intoRow && { onRow: (item: Item, row: string) => put(item, item, row) }),
  };
  const dates = asked && (
    <Suspense fallback={null}>
      <Dates dated={dated} item={asked} onClose={() => setAsked(null)} onSave={(values) => {
        setAsked(null);
        const before = Object.fromEntries(Object.keys(values).map((name) => [name, asked.record[name] ?? null]));
        if (JSON.stringify(before) === JSON.stringify(values)) return;
        void shift(asked.record, { written: values }, before, Object.values(values).filter(Boolean).map(String).join(' – '));
      }} />
    </Suspense>
  );
  return { hands, shown, dates, spot, drag };
}
