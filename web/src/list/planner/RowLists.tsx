import { ActionIcon } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { addDays, addMinutes, daysBetween, startOfDay } from '../schedule/days';
import { ItemCard } from '../schedule/ItemCard';
import { ItemText } from '../schedule/ItemText';
import { whenOf } from '../schedule/words';
import { loadOf } from './model';
import { Load, type RowsProps } from './Rows';

/** A plan on a phone: what each has to do, as a list below their name. */
export function RowLists({ entity, state, dated, rows, byRow, hands, seen, onCreate }: RowsProps) {
  const { t } = useTranslation('work');
  const today = startOfDay(new Date());
  const day = today >= seen.from && today < seen.to ? today : seen.from;
  const from = dated.isDays ? day : addMinutes(day, 600);
  return (
    <div className="agenda" tabIndex={0} role="region" aria-label={t('layout.planner')}>
      {rows.length === 0 && <p className="agenda-empty">{t('planner.no_rows')}</p>}
      {rows.map((row) => {
        const items = byRow.get(row.key) ?? [];
        const label = t('board.create', { label: row.label });
        return (
          <section key={row.key} className="plan-list" aria-label={row.label}>
            <div className="row gap-8"><i className={`hue-point hue-${row.hue}`} aria-hidden /><h2 className="grow ellipsis">{row.label}</h2><Load load={loadOf(items, seen.from, daysBetween(seen.from, seen.to), dated.isDays)} />{onCreate && <ActionIcon size={44} aria-label={label} onClick={() => onCreate(row, from, dated.isDays ? addDays(from, 1) : addMinutes(from, 60))}><IconPlus size={16} stroke={1.75} /></ActionIcon>}</div>
            {items.map((item) => <ItemCard key={item.id} item={item} hands={hands} row={row.key} className="agenda-item" when={whenOf(item, dated.isDays)} touch><ItemText entity={entity} state={state} dated={dated} item={item} lines={1} noPerson below={whenOf(item, dated.isDays)} /></ItemCard>)}
          </section>
        );
      })}
    </div>
  );
}
