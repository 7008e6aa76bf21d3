import './measures.css';
import { ActionIcon, Button, SegmentedControl } from '@mantine/core';
import { IconChartBar, IconChevronLeft, IconChevronRight, IconTargetArrow } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Reference } from '@/catalog/types';
import { useCatalog } from '@/catalog/useCatalog';
import { toDateText } from '@/fields/dates';
import { RecordSelect } from '@/fields/inputs/RecordSelect';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorState } from '@/ui/ErrorState';
import { type Asked, isFailure, measures } from './api';
import { IndicatorCard } from './IndicatorCard';
import { isDay, spanLabel, spanOf, step, type Unit, UNITS } from './period';
import { useMeasures } from './useMeasures';

interface Search {
  unit?: string;
  at?: string;
  who?: string;
  name?: string;
  p?: string;
}

const OWN = 'own';
const ALL = 'all';

/** Parameters that were given, by measure, as the address keeps them. */
function givenIn(text: string | undefined): Record<string, Record<string, unknown>> {
  try {
    const given: unknown = JSON.parse(text ?? '{}');
    return given && typeof given === 'object' && !Array.isArray(given) ? (given as Record<string, Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

/** The indicators of a person: a card for each measure, of one period and one person. */
export function IndicatorsPage() {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Search;
  const unit = [...UNITS, ALL].includes(search.unit as Unit) ? (search.unit as Unit | typeof ALL) : OWN;
  const today = toDateText(new Date());
  const at = isDay(search.at) ? search.at : today;
  const given = useMemo(() => givenIn(search.p), [search.p]);
  const list = useMeasures();
  const known = list.data;
  const asked = useMemo((): Asked[] | undefined => known?.map((one) => ({
    name: one.name,
    ...(one.has_periods && unit !== OWN && { period: unit === ALL ? ('all' as const) : spanOf(unit, at) }),
    ...(one.has_person && search.who && { person: search.who }),
    ...(given[one.name] && { parameters: given[one.name] }),
  })), [known, unit, at, search.who, given]);
  const values = useQuery({ queryKey: ['measures', 'values', asked], queryFn: ({ signal }) => measures.values(asked!, signal), enabled: !!asked?.length, placeholderData: keepPreviousData, refetchInterval: 60_000 });
  const set = (change: Search) => void navigate({ to: '.', replace: true, search: ((now: Search) => ({ ...now, ...change })) as never });

  const person: Reference | null = search.who ? { id: search.who, title: search.name ?? '' } : null;
  const hasPeriods = known?.some((one) => one.has_periods);
  const hasPerson = known?.some((one) => one.has_person) && catalog.entity('user');
  const mayPlan = catalog.entity('measure_target')?.operations.create && hasPeriods;
  const words = (number: number, year: number) => t('indicators.quarter_of', { number, year });
  const segments = [{ value: OWN, label: t('indicators.own') }, ...(['week', 'month', 'quarter', 'year'] as const).map((value) => ({ value, label: t(`indicators.${value}`) })), { value: ALL, label: t('indicators.all') }];
  const isStepped = unit !== OWN && unit !== ALL;
  return (
    <>
      <div className="top-bar">
        <IconChartBar size={18} stroke={1.75} color="var(--primary)" /><h1 className="strong grow" style={{ fontSize: 15 }}>{t('indicators.title')}</h1>
        {mayPlan && <Button component={Link} to="/indicators/targets" variant="subtle" leftSection={<IconTargetArrow size={15} stroke={1.75} />}>{t('targets.title')}</Button>}
      </div>
      {list.isError && <ErrorState error={list.error} retry={() => void list.refetch()} />}
      {known?.length === 0 && (
        <EmptyState icon="chart-bar" title={t('indicators.none')} text={t(catalog.data.rights.design ? 'indicators.none_designer' : 'indicators.none_text')}>
          {catalog.data.rights.design && <Button component={Link} to="/studio/measures">{t('indicators.open_studio')}</Button>}
        </EmptyState>
      )}
      {!!known?.length && (
        <>
          {(hasPeriods || hasPerson) && (
            <div className="bar indicator-bar">
              {hasPeriods && <SegmentedControl aria-label={t('indicators.period')} data={segments} value={segments.some((one) => one.value === unit) ? unit : OWN} onChange={(next) => set({ unit: next === OWN ? undefined : next, at: undefined })} />}
              {isStepped && (
                <div className="row gap-2">
                  <ActionIcon aria-label={t('indicators.before')} onClick={() => set({ at: step(unit, at, -1) })}><IconChevronLeft size={16} stroke={1.75} /></ActionIcon>
                  <span className="medium indicator-span" role="status">{spanLabel(spanOf(unit, at), words)}</span>
                  <ActionIcon aria-label={t('indicators.after')} onClick={() => set({ at: step(unit, at, 1) })}><IconChevronRight size={16} stroke={1.75} /></ActionIcon>
                </div>
              )}
              <span className="grow" />
              {hasPerson && <div className="indicator-person"><RecordSelect id="indicator-person" label={t('indicators.person')} placeholder={t('indicators.person')} target="user" value={person} clearable onChange={(next) => set({ who: next?.id, name: next?.title ?? undefined })} /></div>}
            </div>
          )}
          <div className="indicators">
            {values.isError && !values.data && <ErrorState error={values.error} retry={() => void values.refetch()} />}
            <div className="indicator-cards" data-stale={values.isPlaceholderData || undefined}>
              {known.map((measure, index) => {
                const answer = values.data?.[index];
                return (
                  <IndicatorCard key={measure.name} measure={measure} answer={answer && answer.name === measure.name && !isFailure(answer) ? answer : undefined}
                    failure={answer && answer.name === measure.name && isFailure(answer) ? answer.error.detail : undefined} given={given[measure.name] ?? {}}
                    onGive={(next) => set({ p: JSON.stringify({ ...given, [measure.name]: next }) })} />
                );
              })}
            </div>
          </div>
        </>
      )}
    </>
  );
}
