import './measures.css';
import { ActionIcon, SegmentedControl, Select } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconTargetArrow } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/error';
import { type Operation, records } from '@/api/records';
import { useCatalog } from '@/catalog/useCatalog';
import { recordTitle } from '@/fields/title';
import { quote } from '@/list/filter/compose';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorState } from '@/ui/ErrorState';
import { Avatar } from '@/ui/marks';
import { toast } from '@/ui/toast';
import { written } from './numbers';
import { startLabel, startsIn, TARGET_UNITS, type TargetUnit } from './period';
import { type Cell, EVERYBODY, operationOf, pasted, sumOf, type TargetRecord, tableOf } from './targets';
import { TargetCell } from './TargetCell';
import { useMeasures } from './useMeasures';

const TARGET = 'measure_target';
const MOST = 500;

interface Search {
  measure?: string;
  year?: string;
  unit?: string;
}

/** Targets of a measure as a table: people down, the months, quarters or the year across. */
export function TargetsPage() {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const navigate = useNavigate();
  const client = useQueryClient();
  const search = useSearch({ strict: false }) as Search;
  const list = useMeasures();
  const planned = list.data?.filter((one) => one.has_periods);
  const measure = planned?.find((one) => one.name === search.measure) ?? planned?.[0];
  const year = /^\d{4}$/.test(search.year ?? '') ? Number(search.year) : new Date().getFullYear();
  const unit: TargetUnit = TARGET_UNITS.find((one) => one === search.unit) ?? 'month';
  const entity = catalog.entity(TARGET);
  const user = catalog.entity('user');
  const set = (change: Search) => void navigate({ to: '.', replace: true, search: ((now: Search) => ({ ...now, ...change })) as never });
  const people = useQuery({
    queryKey: ['records', 'user', 'targets'],
    queryFn: ({ signal }) => records.query('user', { select: ['id', ...(user?.title ? [user.title] : [])], filter: 'is_active', sort: user?.title ? [user.title] : [], limit: MOST }, signal),
    enabled: !!user && !!measure?.has_person,
  });
  const key = ['records', TARGET, 'table', measure?.id, year];
  const found = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => (await records.query(TARGET, { select: ['id', 'version', 'whose', 'person', 'period', 'start', 'value'], filter: `measure == ${quote(measure!.id)} && start >= "${year}-01-01" && start <= "${year}-12-31"`, limit: 5000 }, signal)).items as unknown as TargetRecord[],
    enabled: !!measure && !!entity,
  });
  if (!entity?.operations.create) return <ErrorState error={new ApiError(404, { title: t('common:state.no_access') })} />;
  const table = tableOf(found.data ?? [], unit);
  const starts = startsIn(unit, year);
  const named = new Map(user ? (people.data?.items ?? []).map((record) => [record.id, recordTitle(user, record)]) : []);
  // Whoever has a target keeps a row, also after leaving.
  for (const target of found.data ?? []) if (target.person && !named.has(target.person.id)) named.set(target.person.id, target.person.title ?? '—');
  const rows = [{ id: EVERYBODY, title: t('targets.everybody') }, ...[...named].map(([id, title]) => ({ id, title }))];

  async function save(changes: { whose: string; start: string; value: string | null }[]) {
    const operations = changes.flatMap((change): Operation[] => operationOf(measure!.id, unit, change, table.get(change.whose)?.get(change.start)));
    if (!operations.length) return;
    try {
      await records.batch(operations.map((one) => ({ ...one, entity: TARGET })));
    } catch (error) {
      toast(error instanceof ApiError ? error.message : t('common:state.failed'), { tone: 'bad' });
    }
    await Promise.all([client.invalidateQueries({ queryKey: key }), client.invalidateQueries({ queryKey: ['measures', 'values'] })]);
  }
  const paste = (at: number, from: number, text: string): boolean => {
    const block = pasted(text);
    if (!block) return false;
    const changes = block.flatMap((line, down) => line.flatMap((value, across) => {
      const [row, start] = [rows[at + down], starts[from + across]];
      return row && start && value !== undefined ? [{ whose: row.id, start, value }] : [];
    }));
    void save(changes);
    return true;
  };
  const format = measure?.format ?? { type: 'decimal' as const, scale: 0, currency: null };
  const shown = (value: string | undefined) => (value === undefined ? '' : written(value, format));
  return (
    <>
      <div className="top-bar">
        <IconTargetArrow size={18} stroke={1.75} color="var(--primary)" />
        <Link to="/indicators" className="muted">{t('indicators.title')}</Link><span className="dim">/</span><h1 className="strong" style={{ fontSize: 15 }}>{t('targets.title')}</h1>
      </div>
      {list.isError && <ErrorState error={list.error} retry={() => void list.refetch()} />}
      {planned?.length === 0 && <EmptyState icon="target-arrow" title={t('targets.none')} text={t('targets.none_text')} />}
      {measure && (
        <>
          <div className="bar indicator-bar">
            <Select aria-label={t('targets.measure')} allowDeselect={false} data={planned!.map((one) => ({ value: one.name, label: one.label }))} value={measure.name} onChange={(name) => set({ measure: name ?? undefined })} />
            <SegmentedControl aria-label={t('indicators.period')} data={TARGET_UNITS.map((value) => ({ value, label: t(`targets.by_${value}`) }))} value={unit} onChange={(next) => set({ unit: next === 'month' ? undefined : next })} />
            <div className="row gap-2">
              <ActionIcon aria-label={t('indicators.before')} onClick={() => set({ year: String(year - 1) })}><IconChevronLeft size={16} stroke={1.75} /></ActionIcon>
              <span className="medium numbers" role="status" style={{ minWidth: 44, textAlign: 'center' }}>{year}</span>
              <ActionIcon aria-label={t('indicators.after')} onClick={() => set({ year: String(year + 1) })}><IconChevronRight size={16} stroke={1.75} /></ActionIcon>
            </div>
          </div>
          {found.isError && <ErrorState error={found.error} retry={() => void found.refetch()} />}
          {found.data && (
            <div className="targets">
              <table aria-label={t('targets.of', { label: measure.label, year })}>
                <thead><tr><th scope="col">{t('targets.who')}</th>{starts.map((start) => <th key={start} scope="col">{startLabel(unit, start, (number) => t('targets.quarter', { number }))}</th>)}{starts.length > 1 && <th scope="col">{t('targets.together')}</th>}</tr></thead>
                <tbody>
                  {rows.map((row, at) => {
                    const cells: (Cell | undefined)[] = starts.map((start) => table.get(row.id)?.get(start));
                    const others = row.id === EVERYBODY ? starts.map((start) => sumOf(rows.slice(1).map((one) => table.get(one.id)?.get(start)?.value))) : [];
                    return (
                      <tr key={row.id}>
                        <th scope="row"><span className="row gap-8">{row.id !== EVERYBODY && <Avatar name={row.title} />}<span className="ellipsis" title={row.title}>{row.title}</span></span></th>
                        {starts.map((start, column) => (
                          <td key={start}>
                            <TargetCell label={t('targets.cell', { who: row.title, when: startLabel(unit, start, (number) => t('targets.quarter', { number })) })} value={cells[column]?.value ?? null} shown={shown} hint={others[column]}
                              percent={format.type === 'percent'} onSave={(value) => void save([{ whose: row.id, start, value }])} onPaste={(text) => paste(at, column, text)} />
                          </td>
                        ))}
                        {starts.length > 1 && <td className="sum numbers">{shown(sumOf(cells.map((cell, column) => cell?.value ?? others[column])))}</td>}
                      </tr>
                    );
                  })}
                </tbody>
              </table>
              <p className="dim size-12" style={{ padding: '8px 16px', margin: 0 }}>{t('targets.hint')}</p>
            </div>
          )}
        </>
      )}
    </>
  );
}
