import { SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ChartProperties } from '../../dashboards/properties/ChartProperties';
import { IndicatorProperties } from '../../dashboards/properties/IndicatorProperties';
import { ListProperties } from '../../dashboards/properties/ListProperties';
import { PivotProperties } from '../../dashboards/properties/PivotProperties';
import { type Board, BoardProvider } from '../../dashboards/useBoard';
import { useSubject } from '../../dashboards/useSubject';
import type { DashboardDoc, WidgetDoc } from '../../model/dashboard';
import { newWidget } from '../../model/dashboardNew';
import { asFormWidget, asWidget, type WidgetPart } from '../../model/form';
import { messageAt } from '../../model/problems';
import type { Label } from '../../model/types';
import { LabelInputs } from '../../parts/LabelInputs';
import { useStudio } from '../../state/StudioProvider';
import { useOwnPartLabel } from '../labels';
import { useDesign } from '../useDesign';
import { RelationInput } from './ListSettings';
import type { SettingsOf } from './Properties';

const OF_RECORDS = ['chart', 'pivot', 'list'] as const;

/** A widget of dashboards over the records that belong to this one: the settings are those of the dashboards' designer. */
export function WidgetSettings({ node, problems, set }: SettingsOf<WidgetPart>) {
  const { t } = useTranslation('studio');
  const { draftCatalog } = useStudio();
  const { doc } = useDesign();
  const own = useOwnPartLabel()(node, doc.entity);
  const subjectOf = useSubject();
  const targetAt = (path: string | undefined) => (path ? draftCatalog().path(doc.entity, path)?.at(-1)?.target : undefined) ?? undefined;
  const entity = targetAt(node.path);
  const widget = asWidget(node, entity);
  const change = (next: WidgetDoc, mark?: string) => set({ widget: asFormWidget(next) }, mark && `widget.${mark}`);
  const inWidget = problems.map((one) => ({ ...one, path: one.path.replace(/^\/widget(?=\/|$)/, '') }));
  const board: Board = {
    doc: { kind: 'dashboard', name: doc.name, widgets: [widget] } as DashboardDoc, widgets: [widget], chosen: widget, choose: () => undefined, save: () => undefined, change,
    problems: inWidget, problemsOf: () => inWidget, isWaiting: false, values: {}, setValues: () => undefined, onForm: true,
  };
  const begin = (type: (typeof OF_RECORDS)[number], name: string | undefined, path = node.path) => {
    const subject = name === undefined ? undefined : subjectOf(name);
    if (subject) set({ path, widget: asFormWidget({ ...newWidget(type, subject, []), label: node.widget.label as Label | undefined }) });
  };
  const type = node.widget.type;
  return (
    <BoardProvider value={board}>
      <LabelInputs label={t('forms.own_label')} value={node.widget.label as Label | undefined} placeholder={own} error={messageAt(inWidget, 'label')} onChange={(label) => change({ ...widget, label }, 'label')} />
      {type !== 'indicator' && <>
        <RelationInput label={t('forms.widget_of')} entity={doc.entity} value={node.path} error={messageAt(problems, 'path')} onChange={(path) => begin(type, targetAt(path), path)} />
        <SegmentedControl fullWidth size="xs" aria-label={t('forms.drawn_as')} value={type} data={OF_RECORDS.map((value) => ({ value, label: t(`dashboards.${value}`) }))} onChange={(next) => begin(next as (typeof OF_RECORDS)[number], entity)} />
      </>}
      {widget.type === 'indicator' && <IndicatorProperties widget={widget} problems={inWidget} />}
      {entity && widget.type === 'chart' && <ChartProperties widget={widget} problems={inWidget} />}
      {entity && widget.type === 'pivot' && <PivotProperties widget={widget} problems={inWidget} />}
      {entity && widget.type === 'list' && <ListProperties widget={widget} problems={inWidget} />}
    </BoardProvider>
  );
}
