import './board.css';
import { DragDropProvider } from '@dnd-kit/react';
import { Accessibility, PointerSensor } from '@dnd-kit/dom';
import { lazy, Suspense, type TouchEvent, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalog } from '@/catalog/useCatalog';
import type { RecordData } from '@/catalog/types';
import { ErrorState } from '@/ui/ErrorState';
import type { BodyProps } from '../layout/forms';
import { Card } from './Card';
import { Cards, ColumnHead, Place, sizeOf } from './Column';
import { cardFields, type Group, keyOf, movable, readAs } from './model';
import { MOST_COLUMNS, useBoard } from './useBoard';
import { useMove } from './useMove';

/** The keys of a card are its own (Shift and arrows), so that nothing is told of those that the library would have. */
const withoutKeys = <T,>(defaults: T[]) => defaults.filter((plugin) => plugin !== Accessibility);

const CreateModal = lazy(() => import('@/card/CreateModal'));

/** Where a card was let go: `column` or `column/lane`, both as keys. */
const placeOf = (column: Group, lane?: Group) => JSON.stringify(lane ? [column.key, lane.key] : [column.key]);

/** Brings the name of the column that is seen into the row of names. */
const intoView = (button: HTMLElement | null) => button?.scrollIntoView({ inline: 'center', block: 'nearest' });

/** Pixels that a finger goes sideways to mean the next column. */
const SWIPE = 60;

/** Tells which way a finger went. */
function useSwipe(onStep: (step: 1 | -1) => void) {
  const from = useRef<{ x: number; y: number } | null>(null);
  return {
    onTouchStart: ({ touches }: TouchEvent) => { const touch = touches[0]; from.current = touch ? { x: touch.clientX, y: touch.clientY } : null; },
    onTouchEnd: ({ changedTouches }: TouchEvent) => {
      const touch = changedTouches[0];
      const [aside, along] = from.current && touch ? [touch.clientX - from.current.x, touch.clientY - from.current.y] : [0, 0];
      from.current = null;
      if (Math.abs(aside) > SWIPE && Math.abs(aside) > 2 * Math.abs(along)) onStep(aside < 0 ? 1 : -1);
    },
  };
}

/** The records as cards in columns, which people move by hand; on a phone one column at a time. */
export default function Board({ entity, state, mayCreate, mobile = false, onOpen, onUpdate }: BodyProps) {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const board = useBoard(catalog, entity, state);
  const field = board?.field ?? entity.fields[0]!;
  const move = useMove(entity, field);
  const fields = useMemo(() => cardFields(catalog, entity, state.columns, state.layout), [catalog, entity, state.columns, state.layout]);
  const [creating, setCreating] = useState<Group | null>(null);
  const [chosen, setShown] = useState<number | null>(null);
  // A phone begins where there is something to see.
  const shown = chosen ?? Math.max(0, board?.columns.findIndex((column) => column.count) ?? 0);
  const swipe = useSwipe((step) => setShown(Math.max(0, Math.min((board?.columns.length ?? 1) - 1, shown + step))));
  if (!board) return null;
  if (board.isError && !board.columns.some((column) => column.cards.length)) return <ErrorState error={board.error} retry={board.refetch} />;
  const { columns, lanes, lanesField, totalField } = board;
  const groups = columns.map((column) => column.group);
  const mayMove = movable(entity, field);
  const mayLane = movable(entity, lanesField);
  const largest = Math.max(0, ...columns.map((column) => sizeOf(column, totalField)));
  const of = (list: Group[], key: string) => list.find((group) => group.key === key);

  function carry(card: RecordData, column: Group | undefined, lane?: Group) {
    const steps = [...(column && mayMove && keyOf(field, card) !== column.key ? [{ field, to: column }] : []), ...(lane && lanesField && mayLane && keyOf(lanesField, card) !== lane.key ? [{ field: lanesField, to: lane }] : [])];
    const back = steps.flatMap((step) => { const was = of(step.field === field ? groups : lanes, keyOf(step.field, card)); return was ? [{ field: step.field, to: was }] : []; });
    if (steps.length) void move({ card, steps }, back);
  }
  const draw = (column: Group, lane?: Group) => function One(record: RecordData) {
    return (
      <Card key={record.id} entity={entity} record={record} place={placeOf(column, lane)} fields={fields} groups={groups} current={column.key} selected={state.selected === record.id} movable={mayMove || mayLane} draggable={!mobile}
        onOpen={() => onOpen(record.id)} onPeek={() => (mobile ? onOpen(record.id) : onUpdate({ selected: state.selected === record.id ? null : record.id }))} onMove={(to) => carry(record, to)} />
    );
  };
  const head = (column: (typeof columns)[number]) => (
    <ColumnHead column={column} totalField={totalField} largest={largest} limit={state.layout.limits[column.group.key]} onCreate={mayCreate ? () => setCreating(column.group) : undefined} />
  );
  const name = (column: Group, lane?: Group) => (lane ? `${column.label}, ${lane.label}` : column.label);
  const place = (column: (typeof columns)[number], lane?: Group) => {
    const cards = lane && lanesField ? column.cards.filter((card) => keyOf(lanesField, card) === lane.key) : column.cards;
    return (
      <Place key={column.group.key} id={placeOf(column.group, lane)} label={name(column.group, lane)} disabled={!mayMove && !mayLane}>
        {!lane && head(column)}
        {lane ? <div className="board-lane-cards">{cards.map(draw(column.group, lane))}</div> : <Cards column={column} cards={cards} draw={draw(column.group)} />}
      </Place>
    );
  };
  const visible = mobile ? columns.slice(shown, shown + 1) : columns;
  return (
    <DragDropProvider sensors={[PointerSensor]} plugins={withoutKeys} onDragEnd={({ canceled, operation: { source, target } }) => {
      const card = (source?.data as { record?: RecordData } | undefined)?.record;
      if (canceled || !card || !target) return;
      const [column, lane] = JSON.parse(String(target.id)) as [string, string?];
      carry(card, of(groups, column), lane === undefined ? undefined : of(lanes, lane));
    }}>
      <div className={mobile ? 'board phone' : 'board'}>
        {board.left > 0 && <p className="board-note" role="status">{t('board.too_many', { n: MOST_COLUMNS, left: board.left })}</p>}
        {mobile && (
          <div className="board-names" role="tablist" aria-label={field.label}>
            {columns.map((column, index) => <button key={column.group.key} ref={index === shown ? intoView : undefined} type="button" role="tab" aria-selected={index === shown} className={`board-name hue-${column.group.hue}`} onClick={() => setShown(index)}><i className="hue-point" />{column.group.label}<span className="numbers dim">{column.count}</span></button>)}
          </div>
        )}
        {lanesField && !mobile ? (
          <div className="board-lanes">
            <div className="board-columns heads">{columns.map((column) => <div key={column.group.key} className="board-place">{head(column)}</div>)}</div>
            {lanes.map((lane) => (
              <div key={lane.key} className="board-lane">
                <h3 className="board-lane-name"><i className={`hue-point hue-${lane.hue}`} aria-hidden />{lane.label}</h3>
                <div className="board-columns">{columns.map((column) => place(column, lane))}</div>
              </div>
            ))}
            {columns.some((column) => column.more) && <button type="button" className="board-more" onClick={() => columns.forEach((column) => column.loadMore())}>{t('board.more')}</button>}
          </div>
        ) : <div className="board-columns" {...(mobile && swipe)}>{visible.map((column) => place(column))}</div>}
      </div>
      {creating && <Suspense fallback={null}><CreateModal entity={entity} initial={{ [field.name]: readAs(field, creating) }} onClose={() => setCreating(null)} onCreated={(reference) => { setCreating(null); if (!mobile) onUpdate({ selected: reference.id }); }} /></Suspense>}
    </DragDropProvider>
  );
}
