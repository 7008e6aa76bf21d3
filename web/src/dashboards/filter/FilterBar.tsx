import { Button } from '@mantine/core';
import { lazy, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Span } from '@/measures/period';
import { valueOf } from '../filters';
import type { DashboardFilter, FilterValues } from '../types';
import { ChipFilter } from './ChipFilter';
import { PeriodFilter } from './PeriodFilter';
import { useFilterLabel, useSaid } from './words';

// Lists of people and values, and the calendar, come after the figures, so that they are there when a filter is opened.
const choices = () => import('./choices');
const FieldChoice = lazy(() => choices().then((module) => ({ default: module.FieldChoice })));
const PersonChoice = lazy(() => choices().then((module) => ({ default: module.PersonChoice })));

const AFTER = 1_000;
const WAIT = <span className="skeleton" style={{ height: 32 }} />;

interface Props {
  filters: DashboardFilter[];
  values: FilterValues;
  period?: Span | null;
  onChange: (filter: DashboardFilter, value: unknown) => void;
  onClear: () => void;
}

interface OneProps {
  filter: DashboardFilter;
  value: unknown;
  period?: Span | null;
  onChange: (value: unknown) => void;
}

function One({ filter, value, period, onChange }: OneProps) {
  const label = useFilterLabel(filter);
  const said = useSaid(filter, value);
  if (filter.type === 'period') return <PeriodFilter label={label} value={value ?? 'all'} span={period} onChange={onChange} />;
  return (
    <ChipFilter label={label} said={said} onClear={() => onChange(null)}>
      {(close) => <Suspense fallback={WAIT}>{filter.type === 'person' ? <PersonChoice value={value} label={label} onChange={onChange} onDone={close} /> : <FieldChoice filter={filter} value={value} onChange={onChange} />}</Suspense>}
    </ChipFilter>
  );
}

/** The filters of a dashboard in a bar. */
export function FilterBar({ filters, values, period, onChange, onClear }: Props) {
  const { t } = useTranslation('dashboards');
  useEffect(() => {
    const timer = setTimeout(() => void Promise.all([choices(), import('./OwnRange')]).catch(() => undefined), AFTER);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="bar dashboard-filters" role="search" aria-label={t('filters')}>
      {filters.map((filter) => <One key={filter.name} filter={filter} value={valueOf(filter, values)} period={period} onChange={(value) => onChange(filter, value)} />)}
      {Object.keys(values).length > 0 && <Button variant="subtle" size="compact-xs" onClick={onClear}>{t('clear')}</Button>}
    </div>
  );
}

function OneOfSheet({ filter, value, period, onChange }: OneProps) {
  const label = useFilterLabel(filter);
  return (
    <section>
      <h2 className="section-title" style={{ marginBottom: 8 }}>{label}</h2>
      <Suspense fallback={WAIT}>{filter.type === 'period' ? <PeriodFilter large label={label} value={value ?? 'all'} span={period} onChange={onChange} /> : filter.type === 'person' ? <PersonChoice value={value} label={label} onChange={onChange} /> : <FieldChoice filter={filter} value={value} onChange={onChange} />}</Suspense>
    </section>
  );
}

/** The same in the sheet of a phone. */
export function FilterSheet({ filters, values, period, onChange }: Omit<Props, 'onClear'>) {
  return <>{filters.map((filter) => <OneOfSheet key={filter.name} filter={filter} value={valueOf(filter, values)} period={period} onChange={(value) => onChange(filter, value)} />)}</>;
}
