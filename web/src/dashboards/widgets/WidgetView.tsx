import '../dashboards.css';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCatalog } from '@/catalog/useCatalog';
import { hasFailed, type Of, type Problem, type Size, type Widget, type WidgetAnswer, type WidgetType } from '../types';
import { Chart } from './Chart';
import { Indicator } from './Indicator';
import { List } from './List';
import { Pivot } from './Pivot';
import { Text } from './Text';
import { WidgetSkeleton } from './WidgetSkeleton';

interface Props {
  widget: Widget;
  /** What it came to; none while it is on its way. */
  answer?: WidgetAnswer;
  size: Size;
}

/** What a widget is called. */
export function useWidgetLabel(widget: Widget): string {
  const catalog = useCatalog();
  const { t } = useTranslation('dashboards');
  if (widget.label) return widget.label;
  if (widget.type === 'indicator') return widget.about?.label || widget.measure;
  if (widget.type === 'text') return t('text');
  return catalog.entity(widget.entity)?.plural ?? widget.entity;
}

/** Why a widget shows nothing; the others stand. */
function Failure({ label, problem }: { label: string; problem: Problem }) {
  const { t } = useTranslation('dashboards');
  const said = problem.errors?.[0]?.message ?? problem.detail ?? problem.title;
  return (
    <section className="card widget" aria-label={label}>
      <div className="widget-head"><h2 className="section-title ellipsis" title={label}>{label}</h2></div>
      <div className="widget-failed" role="alert"><IconAlertTriangle size={18} stroke={1.75} /><span>{t('failed')}{said && <span className="dim"> {said}</span>}</span></div>
    </section>
  );
}

/** A widget with what it came to, on its way, or failed. */
export function WidgetView({ widget, answer, size }: Props) {
  const label = useWidgetLabel(widget);
  if (widget.type === 'text') return <Text widget={widget} />;
  if (!answer) return <WidgetSkeleton widget={widget} label={label} size={size} />;
  if (hasFailed(answer)) return <Failure label={label} problem={answer.problem} />;
  const is = <T extends WidgetType>(type: T, one: Widget): one is Of<T> => one.type === type;
  if (is('indicator', widget) && answer.type === 'indicator') return <Indicator widget={widget} answer={answer} size={size} />;
  if (is('chart', widget) && answer.type === 'chart') return <Chart widget={widget} answer={answer} size={size} />;
  if (is('pivot', widget) && answer.type === 'pivot') return <Pivot widget={widget} answer={answer} size={size} />;
  if (is('list', widget) && answer.type === 'list') return <List widget={widget} answer={answer} size={size} />;
  return null;
}
