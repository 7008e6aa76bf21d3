import { useMediaQuery } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalog } from '@/catalog/useCatalog';
import { currencySymbol } from '@/fields/numbers';
import { modelOf, placeLabel } from '../charts/model';
import { allOf, groupOf } from '../drill';
import type { WidgetProps } from '../types';
import { Funnel } from './Funnel';
import { GroupTable } from './GroupTable';
import { HeatMap } from './HeatMap';
import { Legend } from './Legend';
import { PieLegend } from './PieLegend';
import { NothingHere, WidgetFrame } from './WidgetFrame';

// The library of drawings is large: only a dashboard that draws loads it.
const Drawing = lazy(() => import('../charts/Drawing'));

/** The head of a card, and a legend below: on a phone both are as high as a finger needs. */
const HEAD = { desk: 44, phone: 50 };
const LEGEND = { desk: 30, phone: 44 };
const PIE_LIST = 210;

/** Groups of records as a drawing; the same as a table on demand. */
export function Chart({ widget, answer, size }: WidgetProps<'chart'>) {
  const { t } = useTranslation('dashboards');
  const catalog = useCatalog();
  const device = useMediaQuery('(max-width: 767px)', window.innerWidth < 768) ? 'phone' : 'desk';
  const navigate = useNavigate();
  const [asTable, setAsTable] = useState(false);
  const [hidden, setHidden] = useState<ReadonlySet<number>>(new Set());
  const entity = catalog.entity(widget.entity);
  const model = useMemo(() => modelOf(catalog, widget, answer.items, t('count')), [catalog, widget, answer.items, t]);
  const label = widget.label || entity?.plural || widget.entity;
  const isEmpty = answer.items.length === 0 || model.series.length === 0;
  const body = { width: size.width - 2, height: size.height - 2 - HEAD[device] };
  const pick = (series: number, index: number) => {
    const one = model.series[series] ?? model.series[0];
    const search = one && groupOf(one.items[index], `${label}: ${placeLabel(model, one, index)}`);
    if (search) void navigate({ to: '/e/$entity', params: { entity: widget.entity }, search: search as never });
  };
  const isDrawn = ['bar', 'row', 'line', 'area', 'scatter'].includes(widget.chart);
  const hasLegend = isDrawn && widget.chart !== 'scatter' && (model.isSplit || model.series.length > 1) && !asTable && !isEmpty;
  const isLegendBelow = hasLegend && (size.width < 520 || model.series.length > 5);
  const legend = hasLegend && <Legend series={model.series} hidden={hidden} onChange={setHidden} />;
  const money = model.series[0]?.format.type === 'money' ? currencySymbol(model.series[0].format.currency) : '';
  const one = model.measures.length === 1 && widget.chart !== 'funnel' && widget.chart !== 'scatter' ? model.measures[0]!.label : '';
  const sub = [one !== label && one, money && isDrawn && widget.chart !== 'scatter' && money, answer.more && t('first_groups', { count: model.keys.length })].filter(Boolean).join(', ');
  const drawing = (room: { width: number; height: number }) => <Suspense fallback={<span className="chart-drawing" style={room} />}><Drawing widget={widget} model={model} hidden={hidden} label={label} size={room} onPick={pick} /></Suspense>;
  const draw = () => {
    if (widget.chart === 'funnel') return <Funnel widget={widget} model={model} size={body} label={label} />;
    if (widget.chart === 'heat_map') return <HeatMap widget={widget} items={answer.items} label={label} />;
    if (widget.chart === 'pie') {
      const isWide = body.width >= 460 || body.height < body.width * 0.8;
      const rows = model.keys.length * (device === 'phone' ? 44 : 30);
      const side = isWide ? Math.max(80, Math.min(body.height - 8, body.width - PIE_LIST - 24)) : Math.max(80, Math.min(device === 'phone' ? 220 : Math.max(body.height * 0.4, body.height - rows - 32), body.width - 24));
      return <div className={isWide ? 'pie' : 'pie upright'}>{drawing({ width: side, height: side })}<PieLegend widget={widget} model={model} label={label} /></div>;
    }
    return <>{drawing({ width: body.width, height: body.height - (isLegendBelow ? LEGEND[device] : 0) })}{isLegendBelow && <div className="legend-below">{legend}</div>}</>;
  };
  return (
    <WidgetFrame label={label} sub={sub} aside={!isLegendBelow && legend} entity={entity ? widget.entity : undefined} search={allOf(answer.filter, label)} asTable={asTable} onTable={isEmpty ? undefined : setAsTable}>
      {isEmpty ? <NothingHere /> : asTable ? <GroupTable widget={widget} model={model} label={label} /> : draw()}
    </WidgetFrame>
  );
}
