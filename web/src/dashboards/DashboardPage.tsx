import '@/list/list.css';
import './dashboards.css';
import { ActionIcon, Button, Drawer, Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconAdjustmentsHorizontal, IconInfoCircle, IconMaximize, IconMinimize, IconPencil, IconRefresh } from '@tabler/icons-react';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/error';
import { useCatalog } from '@/catalog/useCatalog';
import { formatClock, formatDateTime } from '@/fields/dates';
import { spanLabel } from '@/measures/period';
import { EmptyState } from '@/ui/EmptyState';
import { EntityIcon } from '@/ui/EntityIcon';
import { ErrorState } from '@/ui/ErrorState';
import { State } from '@/ui/State';
import { DashboardGrid } from './DashboardGrid';
import { FilterBar, FilterSheet } from './filter/FilterBar';
import { changeTo, cleared, requestOf, type Search, spanIn, valueOf, valuesIn } from './filters';
import { PageSkeleton } from './PageSkeleton';
import type { DashboardFilter } from './types';
import { useDashboard } from './useDashboard';
import { useFullScreen } from './useFullScreen';
import { WidgetView } from './widgets/WidgetView';

/** A dashboard: its widgets of the period and the people that the filters say. */
export function DashboardPage() {
  const { dashboard: name } = useParams({ strict: false }) as { dashboard: string };
  return <Dashboard key={name} name={name} />;
}

/** The dashboard of a name; also the first page of those whose home it is. */
export function Dashboard({ name }: { name: string }) {
  const { t } = useTranslation('dashboards');
  const catalog = useCatalog();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Search;
  const isPhone = useMediaQuery('(max-width: 767px)', window.innerWidth < 768);
  const [sheet, setSheet] = useState(false);
  const [isFull, setFull] = useFullScreen();
  const [filters, setFilters] = useState<DashboardFilter[]>();
  const values = useMemo(() => valuesIn(filters ?? [], search), [filters, search]);
  const asked = useMemo(() => filters && requestOf(filters, values, (filter) => !!filter.entity && !!filter.field && catalog.path(filter.entity, filter.field)?.at(-1)?.type === 'boolean'), [catalog, filters, values]);
  const { definition, data } = useDashboard(name, asked);
  const known = definition.data;
  if (known && known.filters !== filters) setFilters(known.filters);

  const set = (change: Search) => void navigate({ to: '.', replace: true, search: ((now: Search) => ({ ...now, ...change })) as never });
  const choose = (filter: DashboardFilter, value: unknown) => set(changeTo(filter, value));
  const clear = () => set(cleared(known?.filters ?? []));
  const listed = catalog.data.dashboards?.find((one) => one.name === name);
  const title = known?.label ?? listed?.label ?? '';
  const icon = known?.icon ?? listed?.icon ?? 'layout-dashboard';
  const at = data.data && new Date(data.data.at);
  const isChanged = Object.keys(values).length > 0;
  const periodFilter = known?.filters.find((filter) => filter.type === 'period');
  const span = data.isPlaceholderData ? spanIn(periodFilter && valueOf(periodFilter, values)) : data.data?.period;
  const bar = { filters: known?.filters ?? [], values, period: span, onChange: choose, onClear: clear };
  const hasFilters = bar.filters.length > 0;
  const refused = data.error instanceof ApiError && data.error.status === 422;
  const refresh = <Tooltip label={t('refresh')}><ActionIcon aria-label={t('refresh')} loading={data.isFetching && !data.isPending} onClick={() => void data.refetch()}><IconRefresh size={16} stroke={1.75} /></ActionIcon></Tooltip>;

  if (definition.isError && !known) return <ErrorState error={definition.error} retry={() => void definition.refetch()} />;
  return (
    <div className={isFull ? 'dashboard-page full' : 'dashboard-page'}>
      {isPhone ? (
        <div className="phone-head">
          <h1>{title}</h1>
          {hasFilters && <button type="button" className="phone-icon" data-on={isChanged} aria-label={t('filters')} onClick={() => setSheet(true)}><IconAdjustmentsHorizontal size={22} stroke={1.75} /></button>}
        </div>
      ) : (
        <div className="top-bar">
          <span className="primary"><EntityIcon name={icon} size={18} /></span>
          <h1 className="strong ellipsis" style={{ fontSize: 15 }}>{title}</h1>
          {known?.description && <Tooltip label={known.description} multiline maw={320} events={{ hover: true, focus: true, touch: true }}><button type="button" className="dashboard-info" aria-label={known.description}><IconInfoCircle size={15} stroke={1.75} /></button></Tooltip>}
          {at && <span className="dim size-12 nowrap" title={formatDateTime(at.toISOString())} role="status">{t('updated_at', { time: formatClock(at) })}</span>}
          <span className="grow" />
          {refresh}
          <Tooltip label={t(isFull ? 'leave_full' : 'full')}><ActionIcon aria-label={t(isFull ? 'leave_full' : 'full')} aria-pressed={isFull} onClick={() => setFull(!isFull)}>{isFull ? <IconMinimize size={16} stroke={1.75} /> : <IconMaximize size={16} stroke={1.75} />}</ActionIcon></Tooltip>
          {catalog.data.rights.design && !isFull && <Button component={Link} to={`/studio/dashboards/${encodeURIComponent(name)}`} variant="default" leftSection={<IconPencil size={15} stroke={1.75} />}>{t('change')}</Button>}
        </div>
      )}
      {hasFilters && !isPhone && <FilterBar {...bar} />}
      {isPhone && known && (
        <div className="phone-count muted dashboard-phone-line">
          <span className="ellipsis">{periodFilter && (span ? spanLabel(span, (number, year) => t('work:indicators.quarter_of', { number, year })) : t('work:indicators.all_time'))}</span>
          <span className="grow" />
          {at && <span className="dim nowrap">{t('updated_at', { time: formatClock(at) })}</span>}
        </div>
      )}
      <div className="dashboard-room" data-stale={data.isPlaceholderData || undefined} aria-busy={data.isFetching}>
        {!known && <PageSkeleton />}
        {known && data.isError && !data.data && (refused
          ? <State hue="amber" icon={<IconAdjustmentsHorizontal size={22} stroke={1.75} />} title={t('refused')} text={(data.error as ApiError).errors[0]?.message ?? data.error.message}><Button variant="default" onClick={clear}>{t('clear')}</Button></State>
          : <ErrorState error={data.error} retry={() => void data.refetch()} />)}
        {known?.widgets.length === 0 && <EmptyState icon={icon} title={t('no_widgets')} text={t('no_widgets_text')} />}
        {known && known.widgets.length > 0 && (!data.isError || data.data) && <DashboardGrid widgets={known.widgets} render={(widget, size) => <WidgetView widget={widget} answer={data.data?.widgets[widget.name]} size={size} />} />}
      </div>
      <Drawer opened={sheet} onClose={() => setSheet(false)} position="bottom" size="76%" radius="xl" title={t('filters')} closeButtonProps={{ 'aria-label': t('common:action.close'), size: 44 }}>
        <div className="sheet">
          <FilterSheet {...bar} />
          <div className="row gap-8 sheet-foot"><Button size="xl" className="grow" onClick={() => setSheet(false)}>{t('show')}</Button>{isChanged && <Button size="xl" variant="default" onClick={clear}>{t('clear')}</Button>}</div>
        </div>
      </Drawer>
    </div>
  );
}
