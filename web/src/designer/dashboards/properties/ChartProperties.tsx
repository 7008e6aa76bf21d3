import { NumberInput, Select, Switch, UnstyledButton } from '@mantine/core';
import { IconChartArea, IconChartBar, IconChartDots, IconChartFunnel, IconChartLine, IconChartPie, IconGridDots } from '@tabler/icons-react';
import { type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ownFields, systemFields } from '@/catalog/catalog';
import { CHARTS, type ChartDoc, type ChartKind, chartTakes, fitting, type GroupDoc, mayStack, pathOf } from '../../model/dashboard';
import { freshAmount } from '../../model/dashboardAmounts';
import { choiceOf, groups } from '../../model/dashboardStart';
import { messageAt } from '../../model/problems';
import type { Problem } from '../../model/types';
import { useBoard } from '../useBoard';
import { useSubject } from '../useSubject';
import { Amounts } from './Amounts';
import { Over } from './Over';
import { GroupInput } from './GroupInput';
import { GroupSort } from './GroupSort';
import { Ways, Which } from './Reading';

const icon = { size: 18, stroke: 1.75 };
const ICONS: Record<ChartKind, ReactNode> = {
  bar: <IconChartBar {...icon} />, row: <IconChartBar {...icon} style={{ transform: 'rotate(90deg)' }} />, line: <IconChartLine {...icon} />, area: <IconChartArea {...icon} />,
  pie: <IconChartPie {...icon} />, funnel: <IconChartFunnel {...icon} />, scatter: <IconChartDots {...icon} />, heat_map: <IconGridDots {...icon} />,
};

/** How it is drawn, of which records, by what they are grouped, and what is made of each group. */
export function ChartProperties({ widget, problems }: { widget: ChartDoc; problems: Problem[] }) {
  const { t } = useTranslation('studio');
  const { change } = useBoard();
  const subject = useSubject()(widget.entity);
  const takes = chartTakes(widget.chart);
  const [first, second] = widget.group_by;
  const set = (part: Partial<ChartDoc>, mark?: string) => change(fitting({ ...widget, ...part }), mark);
  const draw = (chart: ChartKind) => {
    const next = fitting({ ...widget, chart }, subject && freshAmount(subject, widget.measures));
    // A heat map has two sides.
    const first = next.group_by[0] && pathOf(next.group_by[0]);
    const fields = subject ? [choiceOf(subject.entity), ...ownFields(subject.entity), ...systemFields(subject.entity)] : [];
    const other = chart === 'heat_map' && next.group_by.length < 2 ? fields.find((field) => field && groups(field) && field.name !== first && field.name !== subject?.entity.title)?.name : undefined;
    change(other ? fitting({ ...next, group_by: [...next.group_by, other] }) : next);
  };
  const group = (at: number, value: GroupDoc | undefined) => set({ group_by: value ? widget.group_by.map((one, index) => (index === at ? value : one)).concat(at === widget.group_by.length ? [value] : []) : widget.group_by.slice(0, at) });
  return (
    <>
      <div role="radiogroup" aria-label={t('dashboards.chart')} className="chart-kinds">
        {CHARTS.map((one) => <UnstyledButton key={one} role="radio" aria-checked={widget.chart === one} className="chart-kind" title={t(`dashboards.${one}`)} onClick={() => draw(one)}>{ICONS[one]}<span>{t(`dashboards.${one}`)}</span></UnstyledButton>)}
      </div>
      <Over widget={widget} problems={problems} />
      <GroupInput label={t(widget.chart === 'scatter' ? 'dashboards.dot' : widget.chart === 'pie' || widget.chart === 'funnel' ? 'dashboards.parts' : 'dashboards.axis')} entity={widget.entity} value={first} error={messageAt(problems, 'group_by/0') ?? messageAt(problems, 'group_by')} onChange={(value) => value && group(0, value)} />
      {takes.groups > 1 && <GroupInput label={t('dashboards.series')} entity={widget.entity} value={second} clearable={takes.least < 2} placeholder={t('dashboards.no_series')} error={messageAt(problems, 'group_by/1')} onChange={(value) => group(1, value)} />}
      {mayStack(widget.chart) && widget.group_by.length + widget.measures.length > 2 && <Switch label={t('dashboards.stacked')} checked={widget.stacked ?? false} onChange={(event) => set({ stacked: event.currentTarget.checked || undefined })} />}
      <Amounts label={t(widget.chart === 'scatter' ? 'dashboards.amounts_xy' : 'dashboards.amounts')} entity={widget.entity} value={widget.measures} most={widget.group_by.length > 1 ? 1 : takes.numbers} problems={problems} onChange={(measures, mark) => set({ measures }, mark)} />
      <Which widget={widget} entity={widget.entity} problems={problems} />
      <div className="pair board-order">
        <GroupSort widget={widget} problems={problems} />
        <NumberInput label={t('dashboards.limit_groups')} placeholder="200" min={1} max={1000} allowDecimal={false} value={widget.limit ?? ''} error={messageAt(problems, 'limit')} onChange={(limit) => change({ ...widget, limit: typeof limit === 'number' ? limit : undefined }, 'limit')} />
      </div>
      <Ways widget={widget} entity={widget.entity} problems={problems} />
    </>
  );
}
