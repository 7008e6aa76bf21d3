import { ActionIcon, Popover, Tooltip } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconInfoCircle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EntityIcon } from '@/ui/EntityIcon';
import { choiceHue } from '@/ui/hue';
import { Badge } from '@/ui/marks';
import type { Measure, MeasureAnswer } from './api';
import { ChangeMark } from './ChangeMark';
import { changeOf, filled, percent, written } from './numbers';
import { ParameterForm } from './ParameterForm';
import { spanLabel } from './period';
import { behind } from './where';

interface Props {
  measure: Measure;
  answer?: MeasureAnswer;
  failure?: string;
  given: Record<string, unknown>;
  onGive: (values: Record<string, unknown>) => void;
}

/** One indicator: its number, how far the target is, how it changed; it leads to the records behind the number. */
export function IndicatorCard({ measure, answer, failure, given, onGive }: Props) {
  const { t } = useTranslation('work');
  const [asking, setAsking] = useState(false);
  const words = (number: number, year: number) => t('indicators.quarter_of', { number, year });
  const number = answer && (answer.value === null ? '—' : written(answer.value, answer.format));
  const change = answer && changeOf(answer, measure.better, (points) => t('indicators.points', { points }));
  const hue = answer?.status ? choiceHue(answer.status.color, 0) : undefined;
  const period = answer?.period ? spanLabel(answer.period, words) : measure.has_periods ? t('indicators.all_time') : undefined;
  return (
    <section className={`card indicator${hue ? ` hue-${hue}` : ''}`} aria-label={measure.label} aria-busy={!answer && !failure}>
      <div className="row gap-6">
        <EntityIcon name={measure.icon ?? 'chart-bar'} size={15} />
        <h2 className="indicator-label grow ellipsis" title={measure.label}>{measure.label}</h2>
        {measure.description && <Tooltip label={measure.description} multiline maw={280} events={{ hover: true, focus: true, touch: true }}><button type="button" className="indicator-info" aria-label={measure.description}><IconInfoCircle size={14} stroke={1.75} /></button></Tooltip>}
        {measure.parameters.length > 0 && (
          <Popover opened={asking} onChange={setAsking} position="bottom-end" trapFocus returnFocus width={280}>
            <Popover.Target><ActionIcon size={22} className="indicator-parameters" aria-label={t('indicators.parameters', { label: measure.label })} onClick={() => setAsking(!asking)}><IconAdjustmentsHorizontal size={15} stroke={1.75} /></ActionIcon></Popover.Target>
            <Popover.Dropdown p={12}><ParameterForm measure={measure} given={given} onGive={(values) => { setAsking(false); onGive(values); }} /></Popover.Dropdown>
          </Popover>
        )}
      </div>
      {failure ? <p className="indicator-failure" role="alert">{failure}</p> : (
        <>
          <div className="row gap-8 indicator-main">
            {answer
              ? <Link to="/e/$entity" params={{ entity: answer.entity }} search={behind(answer, measure.label) as never} className="indicator-value numbers" title={t('indicators.behind', { label: measure.label })}>{number}</Link>
              : <span className="skeleton" style={{ width: 120, height: 26 }} />}
            <span className="grow" />
            {change && <ChangeMark change={change} title={t('indicators.than_before', { value: written(answer.previous!, answer.format) })} />}
          </div>
          <div className="row gap-8 indicator-under">
            <span className="dim size-12 ellipsis">{period}</span>
            <span className="grow" />
            {hue && answer?.status?.label && <Badge hue={hue}>{answer.status.label}</Badge>}
            {hue && !answer?.status?.label && <i className="hue-point indicator-point" />}
          </div>
          {answer?.target != null && (
            <>
              <div className="indicator-track" aria-hidden><span style={{ width: `${filled(answer.share) * 100}%` }} /></div>
              <div className="row between size-12">
                <span className="muted numbers">{t('indicators.target', { value: written(answer.target, answer.format) })}</span>
                {answer.share !== null && <span className="medium numbers">{percent(answer.share)}</span>}
              </div>
            </>
          )}
        </>
      )}
    </section>
  );
}
