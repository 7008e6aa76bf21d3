import '../schedule/schedule.css';
import './planner.css';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { records } from '@/api/records';
import { isToOne, targetOf } from '@/catalog/catalog';
import { useCatalog } from '@/catalog/useCatalog';
import type { Entity, Field, RecordData } from '@/catalog/types';
import { isWritable } from '@/fields/mapping';
import { formatDecimal } from '@/fields/numbers';
import { recordTitle } from '@/fields/title';
import { ErrorState } from '@/ui/ErrorState';
import { atToText } from '../calendar/modes';
import { type Group, type GroupRow, groupsOf, keyOf, movable, readAs } from '../kanban/model';
import type { BodyProps } from '../layout/forms';
import { type Dated, datedOf, type Item, valuesOf } from '../schedule/items';
import { Legend } from '../schedule/Legend';
import { TimeBar } from '../schedule/TimeBar';
import { useHands } from '../schedule/useHands';
import { itemsKey, MOST, useItems } from '../schedule/useItems';
import { planFromText, planLabel, planned, planStep, SPANS } from './model';
import { Rows } from './Rows';
import { RowLists } from './RowLists';

const CreateModal = lazy(() => import('@/card/CreateModal'));
/** Rows that are worth the name of a plan; those of few people or things are there without any record too. */
const MOST_ROWS = 200;
const FEW = 50;

/** The records as bars in a row for each person, thing or choice, with what each has to do. */
export default function Planner(props: BodyProps) {
  const { entity, state } = props;
  const dated = useMemo(() => datedOf(entity, state.layout), [entity, state.layout]);
  const field = entity.fields.find(({ name }) => name === state.layout.group_by);
  return dated && field ? <Plan {...props} dated={dated} field={field} /> : null;
}

/** The rows: values that records have, all choices, and all people or things where they are few. */
function useRows(entity: Entity, field: Field, filter: string | undefined, items: Item[]): Group[] {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const target = isToOne(field) ? catalog.entity(targetOf(field) ?? '') : undefined;
  const held = useQuery({ queryKey: [...itemsKey(entity), 'rows', field.name, filter], queryFn: ({ signal }) => records.aggregate(entity.name, { group_by: [field.name], measures: [{ name: 'n', expression: 'count()' }], filter, sort: ['-n'], limit: MOST_ROWS }, signal), placeholderData: keepPreviousData });
  const all = useQuery({ queryKey: ['records', target?.name, 'few', target?.title], queryFn: ({ signal }) => records.query(target!.name, { select: ['id', ...(target!.title ? [target!.title] : [])], limit: FEW }, signal), enabled: !!target });
  return useMemo(() => {
    const few = target && all.data && !all.data.next_cursor ? all.data.items.map((record): GroupRow => ({ [field.name]: { id: record.id, title: recordTitle(target, record) } })) : [];
    const rows = [...(held.data?.items ?? []), ...few, ...items.map(({ record }): GroupRow => ({ [field.name]: record[field.name] }))];
    return groupsOf(field, rows, { none: t('board.none'), yes: t('value.yes'), no: t('value.no') }, true);
  }, [field, held.data, all.data, items, target, t]);
}

function Plan({ entity, state, mayCreate, mobile = false, onOpen, onUpdate, dated, field }: BodyProps & { dated: Dated; field: Field }) {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const at = planFromText(state.at);
  const seen = planned(at);
  const data = useItems(catalog, entity, state, dated, seen.from, seen.to, [field.name]);
  const rows = useRows(entity, field, data.whole, data.items);
  const [creating, setCreating] = useState<Record<string, unknown> | null>(null);
  const mayGive = movable(entity, field);
  const intoRow = (item: Item, key: string) => {
    const to = rows.find((row) => row.key === key);
    const value = item.record[field.name] as { id?: string } | null | undefined;
    return to && mayGive ? { written: { [field.name]: to.value }, read: { [field.name]: readAs(field, to) }, back: { [field.name]: isToOne(field) ? (value?.id ?? null) : (value ?? null) }, label: to.label } : undefined;
  };
  const { hands, shown, dates, spot } = useHands({ entity, state, dated, items: data.items, mobile, onOpen, onUpdate, intoRow });
  const all = { ...hands, ...(mayGive && { rows: rows.map(({ key, label, hue }) => ({ key, label, hue })) }) };
  const byRow = useMemo(() => {
    const found = new Map<string, Item[]>();
    for (const item of shown) {
      const key = keyOf(field, item.record as RecordData);
      found.set(key, [...(found.get(key) ?? []), item]);
    }
    return found;
  }, [shown, field]);
  const go = (day: Date, mode = at.mode) => onUpdate({ at: atToText({ mode, day }) });
  const create = mayCreate && isWritable(dated.start) ? (row: Group, from: Date, to: Date) => setCreating({ ...valuesOf(dated, { from, to }, true), ...(isWritable(field) && row.key && { [field.name]: readAs(field, row) }) }) : undefined;
  if (data.isError && !data.items.length) return <ErrorState error={data.error} retry={() => void data.refetch()} />;
  const modes = SPANS.filter((mode) => mode !== 'day' || !dated.isDays);
  const mode = at.mode === 'day' && dated.isDays ? 'week' : at.mode;
  const props = { entity, state, dated, rows, byRow, hands: all, spot, seen, mode, onCreate: create };
  return (
    <div className={mobile ? 'planner phone' : 'planner'} aria-busy={data.isFetching}>
      <TimeBar label={planLabel(at)} modes={modes} mode={mode} mobile={mobile} onMode={(one) => go(at.day, one)} onToday={() => go(new Date())} onStep={(by) => go(planStep(at, by))} />
      {data.more && <p className="board-note" role="status">{t('calendar.too_many', { n: formatDecimal(MOST) })}</p>}
      {mobile ? <RowLists {...props} /> : <Rows {...props} />}
      {dated.colorBy && !mobile && <Legend field={dated.colorBy} items={shown} />}
      {dates}
      {creating && <Suspense fallback={null}><CreateModal entity={entity} initial={creating} onClose={() => setCreating(null)} onCreated={(reference) => { setCreating(null); if (!mobile) onUpdate({ selected: reference.id }); }} /></Suspense>}
    </div>
  );
}
