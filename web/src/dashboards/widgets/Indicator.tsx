import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ChangeMark } from '@/measures/ChangeMark';
import { changeOf, percent, written } from '@/measures/numbers';
import { spanLabel } from '@/measures/period';
import { behind } from '@/measures/where';
import { choiceHue } from '@/ui/hue';
import { Badge } from '@/ui/marks';
import { parts } from '../numbers';
import type { WidgetProps } from '../types';
import { Sparkline } from './Sparkline';

/** Where on the bar the target stands, so that there is room beyond it. */
const TARGET_AT = 0.88;
/** Pixels that a letter of the number takes. */
const LETTER = 14.5;
const SPARKLINE = 94;

/** One number: how it changed, how it went, how far the target is; it leads to the records behind it. */
export function Indicator({ widget, answer, size }: WidgetProps<'indicator'>) {
  const { t } = useTranslation('work');
  const label = widget.label || widget.about?.label || widget.measure;
  const better = widget.about?.better ?? 'higher';
  const change = changeOf(answer as never, better, (points) => t('indicators.points', { points }));
  const hue = answer.status ? choiceHue(answer.status.color, 0) : undefined;
  const points = answer.trend ?? [];
  const hasTrend = points.filter((point) => point.value !== null).length > 1 && size.width >= 210;
  const room = (size.width - 32 - (hasTrend ? SPARKLINE + 12 : 0)) / LETTER;
  const period = answer.period ? spanLabel(answer.period, (number, year) => t('indicators.quarter_of', { number, year })) : answer.word === 'all' ? t('indicators.all_time') : undefined;
  const share = answer.share === null ? null : Number(answer.share);
  const isReached = share !== null && (better === 'higher' ? share >= 1 : share <= 1);
  const shown = answer.value === null ? [] : parts(answer.value, answer.format, room);
  // A target is as short as the number that is measured by it.
  const isShort = answer.value !== null && shown.map(({ text }) => text).join('') !== written(answer.value, answer.format);
  const tone = hue ? undefined : isReached ? 'green' : undefined;
  return (
    <section className={`card widget-indicator${hue ? ` hue-${hue}` : tone ? ` hue-${tone}` : ''}`} aria-label={label}>
      <div className="row gap-8">
        <h2 className="widget-indicator-label grow ellipsis" title={label}>{label}</h2>
        {change && <ChangeMark change={change} title={t('indicators.than_before', { value: written(answer.previous!, answer.format) })} />}
      </div>
      <div className="row gap-8 widget-indicator-main">
        <Link to="/e/$entity" params={{ entity: answer.entity }} search={behind(answer, label) as never} className="widget-indicator-value numbers" title={answer.value === null ? t('indicators.behind', { label }) : `${written(answer.value, answer.format)} — ${t('indicators.behind', { label })}`}>
          {answer.value === null ? '—' : shown.map(({ text, isUnit }, at) => (isUnit ? <span key={at} className="widget-indicator-unit">{text}</span> : <span key={at}>{text}</span>))}
        </Link>
        <span className="grow" />
        {hasTrend && <Sparkline points={points} tone={change ? (change.good ? 'ok' : 'bad') : 'primary'} />}
      </div>
      {answer.target !== null && size.height >= 100 ? (
        <>
          <div className="widget-track" aria-hidden>
            <span style={{ width: `${Math.max(0, Math.min(1, (share ?? 0) * TARGET_AT)) * 100}%` }} />
            <i style={{ left: `${TARGET_AT * 100}%` }} />
          </div>
          <div className="row between gap-8 size-12">
            <span className="muted numbers ellipsis">{t('indicators.target', { value: parts(answer.target, answer.format, isShort ? 0 : 14).map(({ text }) => text).join('') })}{period && size.width > 300 && <span className="dim"> · {period}</span>}</span>
            {answer.share !== null && <span className={`medium numbers${isReached && !hue ? ' ok' : ''}`}>{percent(answer.share)}</span>}
          </div>
        </>
      ) : (
        <div className="row gap-8 size-12 widget-indicator-under">
          <span className="dim ellipsis">{period}</span>
          <span className="grow" />
          {hue && (answer.status?.label ? <Badge hue={hue}>{answer.status.label}</Badge> : <i className="hue-point" />)}
        </div>
      )}
    </section>
  );
}
