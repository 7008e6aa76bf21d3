import '../schedule/schedule.css';
import './calendar.css';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalog } from '@/catalog/useCatalog';
import { isWritable } from '@/fields/mapping';
import { formatDecimal } from '@/fields/numbers';
import { ErrorState } from '@/ui/ErrorState';
import type { BodyProps } from '../layout/forms';
import { type Dated, datedOf } from '../schedule/items';
import { Elsewhere } from '../schedule/Elsewhere';
import { Legend } from '../schedule/Legend';
import { TimeBar } from '../schedule/TimeBar';
import { useHands } from '../schedule/useHands';
import { MOST, useItems } from '../schedule/useItems';
import { CalendarView } from './CalendarView';
import { atFromText, atToText, MODES, seenAt, seenLabel, stepped } from './modes';

const CreateModal = lazy(() => import('@/card/CreateModal'));

/** The records where they lie in time: a day, a week, a month, or a list of a quarter; on a phone as a list. */
export default function Calendar(props: BodyProps) {
  const dated = useMemo(() => datedOf(props.entity, props.state.layout), [props.entity, props.state.layout]);
  return dated ? <Days {...props} dated={dated} /> : null;
}

function Days({ entity, state, mayCreate, mobile = false, onOpen, onUpdate, dated }: BodyProps & { dated: Dated }) {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const at = atFromText(state.at, MODES, 'month');
  const seen = seenAt(at);
  const data = useItems(catalog, entity, state, dated, seen.from, seen.to);
  const [creating, setCreating] = useState<Record<string, unknown> | null>(null);
  const { hands, shown, dates, spot } = useHands({ entity, state, dated, items: data.items, mobile, onOpen, onUpdate });
  const may = mayCreate && isWritable(dated.start);
  const go = (day: Date, mode = at.mode) => onUpdate({ at: atToText({ mode, day }) });
  if (data.isError && !data.items.length) return <ErrorState error={data.error} retry={() => void data.refetch()} />;
  return (
    <div className={mobile ? 'calendar phone' : 'calendar'} aria-busy={data.isFetching}>
      <TimeBar label={seenLabel(at)} modes={MODES} mode={at.mode} mobile={mobile} onMode={(mode) => go(at.day, mode)} onToday={() => go(new Date())} onStep={(by) => go(stepped(at, by))} />
      {data.more && <p className="board-note" role="status">{t('calendar.too_many', { n: formatDecimal(MOST) })}</p>}
      {data.isSuccess && !data.items.length && !state.quick && <Elsewhere entity={entity} dated={dated} filter={data.whole} onDay={(day) => go(day)} />}
      <CalendarView entity={entity} state={state} dated={dated} mode={at.mode} day={at.day} seen={seen} items={shown} hands={hands} spot={spot} mobile={mobile} pending={data.isPending} onDay={(day) => go(day, 'day')}
        onCreate={may ? (values) => setCreating(values) : undefined} />
      {dated.colorBy && !mobile && <Legend field={dated.colorBy} items={shown} />}
      {dates}
      {creating && <Suspense fallback={null}><CreateModal entity={entity} initial={creating} onClose={() => setCreating(null)} onCreated={(reference) => { setCreating(null); if (!mobile) onUpdate({ selected: reference.id }); }} /></Suspense>}
    </div>
  );
}
