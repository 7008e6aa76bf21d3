import { ActionIcon, Popover } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useImperativeHandle, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { formatClock, formatDate, toDateText } from '@/fields/dates';
import { daysBetween, isSameDay, isWeekend, startOfDay, written } from '../schedule/days';
import { isLong, type Item } from '../schedule/items';
import { type Hands, ItemCard } from '../schedule/ItemCard';
import { ItemText } from '../schedule/ItemText';
import { type Bar, barsOf } from '../schedule/places';
import { whenOf } from '../schedule/words';
import type { ViewProps } from './CalendarView';

/** Pixels of a line of bars in a month, and of the number of a day. */
const LINE = 24;
const HEAD = 30;
/** The line of a week that stands alone, where cards tell more. */
const TALL = 58;
/** Items of one day that are listed. */
const LISTED = 50;

interface Props extends Omit<ViewProps, 'onCreate'> {
  days: Date[];
  /** The month that is meant; days of others are pale. None where a week or a day stands alone. */
  month?: Date;
  onCreate?: (day: Date) => void;
}

/** Days in rows of weeks, with bars over the days that something takes. */
export function Weeks({ entity, state, dated, days, month, items, hands, spot, onDay, onCreate }: Props) {
  const { t } = useTranslation('work');
  const across = Math.min(7, days.length);
  const weeks = useMemo(() => Array.from({ length: Math.ceil(days.length / across) }, (_, at) => days.slice(at * across, at * across + across)), [days, across]);
  const grid = useRef<HTMLDivElement>(null);
  const { ref: size, height } = useElementSize();
  const place = useMergedRef(grid, size);
  const alone = !month;
  useImperativeHandle(spot, () => (x: number, y: number) => {
    const box = grid.current?.getBoundingClientRect();
    if (!box) return undefined;
    const column = Math.max(0, Math.min(across - 1, Math.floor(((x - box.left) / box.width) * across)));
    const row = Math.max(0, Math.min(weeks.length - 1, Math.floor(((y - box.top) / box.height) * weeks.length)));
    return { day: row * across + column, minutes: 0 };
  });
  const lines = alone ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor((height / Math.max(1, weeks.length) - HEAD - 2) / LINE) - 1);
  return (
    <div className={alone ? 'weeks alone' : 'weeks'}>
      <div className="weeks-names" style={{ gridTemplateColumns: `repeat(${across}, 1fr)` }}>{weeks[0]!.map((day) => <div key={day.getTime()} className={isWeekend(day) ? 'dim' : undefined}>{written(day, { weekday: alone && across === 1 ? 'long' : 'short' })}</div>)}</div>
      <div className="weeks-grid" ref={place}>
        {weeks.map((week) => (
          <Week key={week[0]!.getTime()} week={week} lines={lines} items={items} hands={hands} alone={alone}
            head={(day) => {
              const label = t('calendar.new_on', { day: formatDate(toDateText(day)) });
              const other = !!month && day.getMonth() !== month.getMonth();
              return (
                <div key={day.getTime()} className={`week-day${isWeekend(day) ? ' weekend' : ''}${other ? ' other' : ''}${isSameDay(day, new Date()) ? ' today' : ''}`} data-day={toDateText(day)} onClick={() => !hands.wasDrag() && onCreate?.(day)}>
                  <button type="button" className="week-day-number numbers" title={written(day, { day: 'numeric', month: 'long', year: 'numeric' })} onClick={(event) => { event.stopPropagation(); onDay(day); }}>{day.getDate() === 1 && !alone ? written(day, { day: 'numeric', month: 'short' }) : day.getDate()}</button>
                  {onCreate && <ActionIcon size={22} className="week-day-new" aria-label={label} title={label} onClick={(event) => { event.stopPropagation(); onCreate(day); }}><IconPlus size={14} stroke={1.75} /></ActionIcon>}
                </div>
              );
            }}
            draw={(item) => <ItemText entity={entity} state={state} dated={dated} item={item} lines={alone ? 2 : 0} clock={!isLong(item, dated.isDays) ? formatClock(item.from) : undefined} />} />
        ))}
      </div>
    </div>
  );
}

interface WeekProps {
  week: Date[];
  lines: number;
  items: Item[];
  hands: Hands;
  alone: boolean;
  head: (day: Date) => React.ReactNode;
  draw: (item: Item) => React.ReactNode;
}

function Week({ week, lines, items, hands, alone, head, draw }: WeekProps) {
  const { t } = useTranslation('work');
  const bars = useMemo(() => barsOf(items, week[0]!, week.length), [items, week]);
  const deep = Math.max(0, ...bars.map((bar) => bar.line + 1));
  // The last line is that of how many more there are, unless all of them fit.
  const fit = deep <= lines + 1 ? lines + 1 : lines;
  const hidden = (at: number) => bars.filter((bar) => bar.line >= fit && bar.first <= at && bar.last >= at);
  const line = alone ? TALL : LINE;
  const card = (bar: Bar, inList = false) => (
    <ItemCard key={bar.item.id} item={bar.item} hands={hands} className={`bar-item${bar.before ? ' before' : ''}${bar.after ? ' after' : ''}${!isLong(bar.item, hands.isDays) ? ' hours' : ''}`} when={whenOf(bar.item, hands.isDays)} ends={inList ? undefined : { start: !bar.before, end: !bar.after }}
      style={inList ? { position: 'static', width: '100%' } : { left: `calc(${(bar.first / week.length) * 100}% + 3px)`, width: `calc(${((bar.last - bar.first + 1) / week.length) * 100}% - 7px)`, top: HEAD + bar.line * line, height: line - 3 }}>
      {draw(bar.item)}
    </ItemCard>
  );
  return (
    <div className="week" style={{ gridTemplateColumns: `repeat(${week.length}, 1fr)`, ...(alone && { minHeight: HEAD + deep * line + 48 }) }}>
      {week.map(head)}
      {bars.filter((bar) => bar.line < fit).map((bar) => card(bar))}
      {Number.isFinite(fit) && week.map((day, at) => {
        const more = hidden(at);
        if (!more.length) return null;
        const of = bars.filter((bar) => daysBetween(startOfDay(week[0]!), day) >= bar.first && at <= bar.last);
        return (
          <Popover key={day.getTime()} width={280} position="bottom" trapFocus returnFocus withinPortal>
            <Popover.Target><button type="button" className="week-more" style={{ left: `calc(${(at / week.length) * 100}% + 4px)`, width: `calc(${100 / week.length}% - 8px)`, top: HEAD + fit * LINE }}>{t('calendar.more', { n: more.length })}</button></Popover.Target>
            <Popover.Dropdown p={10} aria-label={formatDate(toDateText(day))}><div className="week-list"><h3 className="section-title">{written(day, { weekday: 'long', day: 'numeric', month: 'long' })}</h3>{of.slice(0, LISTED).map((bar) => card(bar, true))}</div></Popover.Dropdown>
          </Popover>
        );
      })}
    </div>
  );
}
