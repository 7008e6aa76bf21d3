import { Popover } from '@mantine/core';
import { useEffect, useImperativeHandle, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatClock, toDateText } from '@/fields/dates';
import { addMinutes, isSameDay, isWeekend, written } from '../schedule/days';
import { isLong, type Item } from '../schedule/items';
import { ItemCard } from '../schedule/ItemCard';
import { ItemText } from '../schedule/ItemText';
import { barsOf, blocksOf, withRoom } from '../schedule/places';
import { whenOf } from '../schedule/words';
import type { ViewProps } from './CalendarView';

/** Pixels of an hour, and of a line of what takes whole days. */
const HOUR = 48;
const LINE = 24;
/** Where a day begins to be looked at. */
const MORNING = 8;
/** Minutes that a drag and a click fall to. */
const STEP = 15;
const HALF = 30;
/** Items of one time that are listed. */
const LISTED = 50;

interface Props extends ViewProps {
  days: Date[];
}

/** Days beside each other with their hours downwards; what takes days lies above. */
export function Hours({ entity, state, dated, days, items, hands, spot, onDay, onCreate }: Props) {
  const { t } = useTranslation('work');
  const grid = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const now = useNow();
  const [long, short] = useMemo(() => [items.filter((item) => isLong(item, false)), items.filter((item) => !isLong(item, false))], [items]);
  const bars = useMemo(() => barsOf(long, days[0]!, days.length), [long, days]);
  const deep = Math.max(0, ...bars.map((bar) => bar.line + 1));
  useEffect(() => { if (scroller.current) scroller.current.scrollTop = (MORNING - 0.5) * HOUR; }, []);
  useImperativeHandle(spot, () => (x: number, y: number) => {
    const box = grid.current?.getBoundingClientRect();
    if (!box) return undefined;
    const day = Math.max(0, Math.min(days.length - 1, Math.floor(((x - box.left) / box.width) * days.length)));
    return { day, minutes: Math.round(((y - box.top) / HOUR) * 60 / STEP) * STEP };
  });
  const columns = { gridTemplateColumns: `repeat(${days.length}, 1fr)` };
  const text = (item: Item, lines: number, clock?: string) => <ItemText entity={entity} state={state} dated={dated} item={item} lines={lines} clock={clock} />;
  return (
    <div className="hours">
      <div className="hours-head">
        <span className="hours-corner" />
        <div className="hours-days" style={columns}>
          {days.map((day) => <button key={day.getTime()} type="button" className={`hours-day${isSameDay(day, new Date()) ? ' today' : ''}${isWeekend(day) ? ' dim' : ''}`} onClick={() => onDay(day)} title={written(day, { weekday: 'long', day: 'numeric', month: 'long' })}>{written(day, { weekday: 'short' })} <b className="numbers">{day.getDate()}</b></button>)}
        </div>
      </div>
      {deep > 0 && (
        <div className="hours-long">
          <span className="hours-corner size-11 dim">{t('calendar.days')}</span>
          <div className="hours-long-lines" style={{ height: Math.min(deep, 5) * LINE + 6 }}>
            <div style={{ height: deep * LINE, position: 'relative' }}>
              {bars.map((bar) => <ItemCard key={bar.item.id} item={bar.item} hands={hands} className={`bar-item${bar.before ? ' before' : ''}${bar.after ? ' after' : ''}`} when={whenOf(bar.item, false)} style={{ left: `calc(${(bar.first / days.length) * 100}% + 3px)`, width: `calc(${((bar.last - bar.first + 1) / days.length) * 100}% - 7px)`, top: 3 + bar.line * LINE, height: LINE - 3 }}>{text(bar.item, 0)}</ItemCard>)}
            </div>
          </div>
        </div>
      )}
      <div className="hours-scroll" ref={scroller} tabIndex={0} role="region" aria-label={t('layout.calendar')}>
        <div className="hours-clock" aria-hidden>{Array.from({ length: 24 }, (_, hour) => <span key={hour} className="numbers" style={{ height: HOUR }}>{hour > 0 ? formatClock(addMinutes(days[0]!, hour * 60)) : ''}</span>)}</div>
        <div className="hours-grid" ref={grid} style={{ ...columns, height: 24 * HOUR }}>
          {days.map((day) => {
            const { shown, more } = withRoom(blocksOf(short, day));
            return (
              <div key={day.getTime()} className={`hours-column${isWeekend(day) ? ' weekend' : ''}`} data-day={toDateText(day)} style={{ backgroundSize: `100% ${HOUR}px` }}
                onClick={(event) => {
                  if (!onCreate || hands.wasDrag()) return;
                  const minutes = Math.floor(((event.clientY - event.currentTarget.getBoundingClientRect().top) / HOUR) * 60 / HALF) * HALF;
                  onCreate(addMinutes(day, minutes), addMinutes(day, minutes + 60));
                }}>
                {shown.map(({ item, from, to, column, columns: of }) => (
                  <ItemCard key={item.id} item={item} hands={hands} upright className={`block-item${to - from <= 45 ? ' low' : ''}`} when={whenOf(item, false)} ends={{ start: false, end: true }}
                    style={{ top: (from / 60) * HOUR + 1, height: ((to - from) / 60) * HOUR - 2, left: `calc(${(column / of) * 100}% + 2px)`, width: `calc(${100 / of}% - 5px)` }}>
                    {text(item, of > 2 ? 0 : to - from >= 75 ? 2 : to - from > 45 ? 1 : 0, of > 2 ? undefined : to - from > 45 ? `${formatClock(item.from)}–${formatClock(item.to)}` : formatClock(item.from))}
                  </ItemCard>
                ))}
                {more.map(({ from, items: of }) => (
                  <Popover key={from} width={280} position="bottom" trapFocus returnFocus withinPortal>
                    <Popover.Target><button type="button" className="hours-more" style={{ top: (from / 60) * HOUR + 1 }} onClick={(event) => event.stopPropagation()}>+{of.length}<span className="visually-hidden">{t('calendar.more', { n: of.length })}</span></button></Popover.Target>
                    <Popover.Dropdown p={10} onClick={(event) => event.stopPropagation()}><div className="week-list">{of.slice(0, LISTED).map((item) => <ItemCard key={item.id} item={item} hands={hands} className="bar-item" when={whenOf(item, false)} style={{ position: 'static', width: '100%' }}>{text(item, 0, formatClock(item.from))}</ItemCard>)}{of.length > LISTED && <p className="dim size-12">{t('calendar.more', { n: of.length - LISTED })}</p>}</div></Popover.Dropdown>
                  </Popover>
                ))}
                {isSameDay(day, now) && <i className="hours-now" aria-hidden style={{ top: ((now.getHours() * 60 + now.getMinutes()) / 60) * HOUR }} />}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** The time of now, which goes on. */
function useNow() {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 60_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
