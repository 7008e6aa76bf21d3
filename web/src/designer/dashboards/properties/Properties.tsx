import { ActionIcon } from '@mantine/core';
import { IconLayoutDashboard, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { LabelInputs } from '../../parts/LabelInputs';
import { messageAt } from '../../model/problems';
import { WIDGET_ICONS } from '../Palette';
import { useOwnLabel, useWidgetLabel } from '../labels';
import { useBoard } from '../useBoard';
import { ChartProperties } from './ChartProperties';
import { DashboardProperties } from './DashboardProperties';
import { FiltersActing } from './FiltersActing';
import { IndicatorProperties } from './IndicatorProperties';
import { ListProperties } from './ListProperties';
import { PivotProperties } from './PivotProperties';
import { Mistakes } from './Mistakes';

/** What is chosen, in words and choices: a widget, else the dashboard. */
export function Properties() {
  const { t } = useTranslation('studio');
  const { chosen, choose, change, problemsOf } = useBoard();
  const label = useWidgetLabel();
  const otherwise = useOwnLabel();
  if (!chosen) {
    return (
      <div className="properties-inner">
        <div className="properties-head"><IconLayoutDashboard size={16} stroke={1.75} className="primary" /><h2 className="section-title grow">{t('dashboards.settings')}</h2></div>
        <div className="properties-body column gap-16"><DashboardProperties /></div>
      </div>
    );
  }
  const problems = problemsOf(chosen.name);
  const name = chosen.name;
  // A text and an indicator are what they say; others are called first.
  const isNamedFirst = chosen.type !== 'text' && chosen.type !== 'indicator';
  const called = <LabelInputs key={`label-${name}`} label={t(chosen.type === 'text' ? 'dashboards.heading' : 'dashboards.widget_name')} value={chosen.label} placeholder={chosen.type === 'text' ? undefined : otherwise(chosen)} error={messageAt(problems, 'label')} onChange={(next) => change({ ...chosen, label: next }, 'label')} />;
  return (
    <div className="properties-inner">
      <div className="properties-head">
        <span className="primary">{WIDGET_ICONS[chosen.type]}</span>
        <h2 className="section-title grow ellipsis" title={label(chosen)}>{label(chosen)}</h2>
        <ActionIcon aria-label={t('dashboards.to_settings')} title={t('dashboards.to_settings')} onClick={() => choose()}><IconX size={16} stroke={1.75} /></ActionIcon>
      </div>
      <div className="properties-body column gap-16">
        <Mistakes problems={problems} />
        {isNamedFirst && called}
        {chosen.type === 'text'
          ? <LabelInputs key={name} label={t('dashboards.words')} lines={6} value={chosen.text} error={messageAt(problems, 'text')} onChange={(text) => change({ ...chosen, text }, 'text')} />
          : chosen.type === 'indicator' ? <IndicatorProperties key={name} widget={chosen} problems={problems} />
            : chosen.type === 'chart' ? <ChartProperties key={name} widget={chosen} problems={problems} />
              : chosen.type === 'pivot' ? <PivotProperties key={name} widget={chosen} problems={problems} />
                : <ListProperties key={name} widget={chosen} problems={problems} />}
        {!isNamedFirst && called}
        {chosen.type !== 'text' && <FiltersActing widget={chosen} problems={problems} />}
      </div>
    </div>
  );
}
