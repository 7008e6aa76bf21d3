import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type MouseEvent, type RefObject, useEffect, useImperativeHandle, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entity } from '@/catalog/types';
import { formatClock } from '@/fields/dates';
import { formatDecimal } from '@/fields/numbers';
import type { Group } from '../kanban/model';
import { addDays, addMinutes, daysBetween, daysFrom, isSameDay, isWeekend, written } from '../schedule/days';
import type { Dated, Item } from '../schedule/items';
import { type Hands, ItemCard } from '../schedule/ItemCard';
import { ItemText } from '../schedule/ItemText';
import type { SpotAt } from '../schedule/useDrag';
import { whenOf } from '../schedule/words';
import type { ListState } from '../state';
import { loadOf, planBars, type PlanSpan, WORKING } from './model';

export interface RowsProps {
  entity: Entity;
  state: ListState;
  dated: Dated;
  rows: Group[];
  byRow: Map<string, Item[]>;
  hands: Hands;
  spot: RefObject<SpotAt | null>;
  seen: { from: Date; to: Date };
  mode: PlanSpan;
  onCreate?: (row: Group, from: Date, to: Date) => void;
}

/** Pixels of a line of bars, of the strip of loads below them, and of the names. */
const LINE = 28;
const STRIP = 8;
const NAMES = 200;
/** The least that a bar is wide, so that it can be taken hold of. */
const NARROW = 26;
const STEP = 15;

const hoursOf = (minutes: number) => formatDecimal(Math.round(minutes / 6) / 10);

/** A place of the axis: an hour or a day. */
interface Tick {
  key: number;
  label: string;
  over?: string;
  weekend: boolean;
  today: boolean;
}

/** What a row has to do: hours altogether, and on how many days more than a working day. */
export function Load({ load }: { load: number[] }) {
  const { t } = useTranslation('work');
  const over = load.filter((minutes) => minutes > WORKING).length;
  const all = load.reduce((sum, minutes) => sum + minutes, 0);
  return <span className="plan-load numbers">{t('planner.hours', { n: hoursOf(all) })}{over > 0 && <b className="bad">{t('planner.over', { count: over, n: formatDecimal(over) })}</b>}</span>;
}

/** Rows with bars along the days; only those on the screen are drawn. */
export function Rows({ entity, state, dated, rows, byRow, hands, spot, seen, mode, onCreate }: RowsProps) {
  const { t } = useTranslation('work');
  const { ref: size, width } = useElementSize();
  const scroller = useRef<HTMLDivElement>(null);
  const place = useMergedRef(scroller, size);
  const axis = useRef<HTMLDivElement>(null);
  const count = daysBetween(seen.from, seen.to);
  const days = useMemo(() => daysFrom(seen.from, count), [seen.from.getTime(), count]); // eslint-disable-line react-hooks/exhaustive-deps -- a day is told by its time.
  const isHours = mode === 'day';
  const along = Math.max(1, width - NAMES);
  const placed = useMemo(() => rows.map((row) => {
    const items = byRow.get(row.key) ?? [];
    return { row, ...planBars(items, seen.from, seen.to, NARROW / along), load: loadOf(items, seen.from, count, dated.isDays) };
  }), [rows, byRow, seen.from.getTime(), seen.to.getTime(), count, along, dated.isDays]); // eslint-disable-line react-hooks/exhaustive-deps -- a day is told by its time.
  const heightOf = (index: number) => placed[index]!.lines * LINE + STRIP + 8;
  const virtual = useVirtualizer({ count: placed.length, getScrollElement: () => scroller.current, estimateSize: heightOf, overscan: 4 });
  useEffect(() => virtual.measure(), [placed, virtual]);
  const timeAt = (x: number) => {
    const box = axis.current?.getBoundingClientRect();
    const share = box ? Math.max(0, Math.min(0.9999, (x - box.left) / box.width)) : 0;
    return isHours ? { day: 0, minutes: Math.round((share * 1440) / STEP) * STEP } : { day: Math.floor(share * count), minutes: 0 };
  };
  useImperativeHandle(spot, () => (x: number, y: number) => {
    const row = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-row]')?.dataset.row;
    return { ...timeAt(x), row };
  });
  const create = (row: Group) => (event: MouseEvent) => {
    if (!onCreate || hands.wasDrag()) return;
    const { day, minutes } = timeAt(event.clientX);
    const from = addMinutes(addDays(seen.from, day), isHours ? Math.floor(minutes / 30) * 30 : dated.isDays ? 0 : 600);
    onCreate(row, from, dated.isDays ? addDays(from, 1) : addMinutes(from, 60));
  };
  const ticks: Tick[] = isHours ? Array.from({ length: 24 }, (_, hour) => ({ key: hour, label: formatClock(addMinutes(seen.from, hour * 60)), weekend: false, today: false }))
    : days.map((day) => ({ key: day.getTime(), label: count > 40 ? (day.getDay() === 1 ? written(day, { day: 'numeric', month: 'short' }) : '') : count > 7 ? String(day.getDate()) : written(day, { weekday: 'short', day: 'numeric' }), over: count <= 40 && count > 7 ? written(day, { weekday: 'short' }) : undefined, weekend: isWeekend(day), today: isSameDay(day, new Date()) }));
  const now = (Date.now() - seen.from.getTime()) / (seen.to.getTime() - seen.from.getTime());
  return (
    <div className="plan" ref={place} tabIndex={0} role="region" aria-label={t('layout.planner')}>
      <div className="plan-head">
        <span className="plan-corner" style={{ width: NAMES }} />
        <div className="plan-axis" ref={axis}>{ticks.map((tick) => <span key={tick.key} className={`plan-tick${tick.weekend ? ' weekend' : ''}${tick.today ? ' today' : ''}`}>{tick.over && <i>{tick.over}</i>}{tick.label}</span>)}</div>
      </div>
      {rows.length === 0 && <p className="agenda-empty">{t('planner.no_rows')}</p>}
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const { row, bars, load } = placed[index]!;
          return (
            <section key={row.key} className="plan-row" data-row={row.key} aria-label={row.label} style={{ transform: `translateY(${start}px)`, height: heightOf(index) }}>
              <div className="plan-name" style={{ width: NAMES }}><span className="row gap-6"><i className={`hue-point hue-${row.hue}`} aria-hidden /><b className="ellipsis" title={row.label}>{row.label}</b></span><Load load={load} /></div>
              <div className="plan-days" onClick={create(row)}>
                {ticks.map((tick) => <i key={tick.key} className={`plan-cell${tick.weekend ? ' weekend' : ''}${tick.today ? ' today' : ''}`} aria-hidden />)}
                {now > 0 && now < 1 && <i className="plan-now" aria-hidden style={{ left: `${now * 100}%` }} />}
                {bars.map(({ item, left, width: share, line, before, after }) => (
                  <ItemCard key={item.id} item={item} hands={hands} row={row.key} className={`bar-item${before ? ' before' : ''}${after ? ' after' : ''}`} when={whenOf(item, dated.isDays)} ends={{ start: !before, end: !after }} style={{ left: `calc(${left * 100}% + 1px)`, width: `calc(${share * 100}% - 2px)`, top: 4 + line * LINE, height: LINE - 4 }}>
                    <ItemText entity={entity} state={state} dated={dated} item={item} lines={0} noPerson clock={isHours && share * along > 90 ? formatClock(item.from) : undefined} />
                  </ItemCard>
                ))}
                <div className="plan-strip" aria-hidden>{load.map((minutes, at) => <i key={at} className={minutes > WORKING ? 'over' : undefined} title={t('planner.of_day', { n: hoursOf(minutes) })}><b style={{ width: `${Math.min(1, minutes / WORKING) * 100}%` }} /></i>)}</div>
              </div>
            </section>
          );
        })}
      </div>
    </div>
  );
}
