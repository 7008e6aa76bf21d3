import { ActionIcon } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { formatClock, formatDate, toDateText } from '@/fields/dates';
import { addDays, capital, isSameDay, written } from '../schedule/days';
import { isLong, type Item, lastDay } from '../schedule/items';
import { ItemCard } from '../schedule/ItemCard';
import { ItemText } from '../schedule/ItemText';
import { whenOf } from '../schedule/words';
import type { ViewProps } from './CalendarView';

interface Props extends Omit<ViewProps, 'onCreate'> {
  days: Date[];
  /** Where a month is meant, days of others are left out. */
  month?: Date;
  pending: boolean;
  onCreate?: (day: Date) => void;
}

/** What happens day by day, as a list: the way of phones and of long stretches. */
export function Agenda({ entity, state, dated, days, month, items, hands, mobile, pending, onCreate }: Props) {
  const { t } = useTranslation('work');
  const today = useRef<HTMLElement>(null);
  // What takes many days is told where it begins, and today.
  const shown = useMemo(() => days.filter((day) => !month || day.getMonth() === month.getMonth()).map((day): [Date, Item[]] => [day, items.filter((item) => item.from < addDays(day, 1) && lastDay(item) >= day && (item.from >= day || isSameDay(day, days[0]!) || isSameDay(day, new Date())))]).filter(([day, of]) => of.length > 0 || isSameDay(day, new Date())), [days, month, items]);
  const first = days[0]?.getTime();
  // One begins with today, where it is among the days.
  useEffect(() => { if (!pending) today.current?.scrollIntoView({ block: 'start' }); }, [first, pending]);
  if (!pending && !shown.some(([, of]) => of.length)) return <p className="agenda-empty">{t('calendar.nothing')}</p>;
  return (
    <div className="agenda" tabIndex={0} role="region" aria-label={t('layout.calendar')}>
      {shown.map(([day, of]) => {
        const is = isSameDay(day, new Date());
        const label = t('calendar.new_on', { day: formatDate(toDateText(day)) });
        return (
          <section key={day.getTime()} className="agenda-day" ref={is ? today : undefined} data-day={toDateText(day)}>
            <h2 className={is ? 'today' : undefined}><span>{capital(written(day, { weekday: mobile ? 'short' : 'long', day: 'numeric', month: 'long' }))}{is && <span className="tag">{t('calendar.today')}</span>}</span>{onCreate && <ActionIcon size={mobile ? 44 : 24} aria-label={label} title={label} onClick={() => onCreate(day)}><IconPlus size={16} stroke={1.75} /></ActionIcon>}</h2>
            <div className="agenda-items">
            {of.length === 0 && <p className="dim">{t('calendar.free')}</p>}
            {of.map((item) => (
              <ItemCard key={item.id} item={item} hands={hands} className="agenda-item" when={whenOf(item, dated.isDays)} touch={mobile}>
                <ItemText entity={entity} state={state} dated={dated} item={item} lines={2} below={isSameDay(item.from, lastDay(item)) ? undefined : whenOf(item, dated.isDays)} clock={isLong(item, dated.isDays) ? undefined : `${formatClock(item.from)}–${formatClock(item.to)}`} />
              </ItemCard>
            ))}
            </div>
          </section>
        );
      })}
    </div>
  );
}
