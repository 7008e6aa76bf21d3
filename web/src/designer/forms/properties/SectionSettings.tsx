import { Button, SegmentedControl, Switch } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { FormTabDoc, SectionPart, TabsPart } from '../../model/form';
import { newPart } from '../../model/formNew';
import { inserted } from '../../model/formTree';
import { messageAt } from '../../model/problems';
import { IconPicker } from '../../parts/IconPicker';
import { LabelInputs } from '../../parts/LabelInputs';
import { useMaking } from '../useMaking';
import { PART_ICONS } from '../icons';
import { usePartLabel } from '../labels';
import { useDesign } from '../useDesign';
import type { SettingsOf } from './Properties';

const COLUMNS = [1, 2, 3, 4];

/** The widest of what stands in a section may be narrower once there are fewer columns. */
const fitting = (components: SectionPart['components'], columns: number) => components.map((one) => (one.type === 'field' && (one.span ?? 1) > columns ? { ...one, span: columns > 1 ? columns : undefined } : one));

export function SectionSettings({ node, problems, set }: SettingsOf<SectionPart>) {
  const { t } = useTranslation('studio');
  return (
    <>
      <LabelInputs label={t('dashboards.heading')} value={node.label} error={messageAt(problems, 'label')} onChange={(label) => set({ label }, 'label')} />
      <div className="row between gap-12">
        <span className="muted">{t('forms.columns')}</span>
        <SegmentedControl size="xs" aria-label={t('forms.columns')} value={String(node.columns ?? 2)} data={COLUMNS.map(String)} onChange={(value) => { const columns = Number(value); set({ columns: columns === 2 ? undefined : columns, components: fitting(node.components, columns) }); }} />
      </div>
      <Switch className="form-setting" labelPosition="left" label={t('forms.collapsed')} checked={node.collapsed ?? false} onChange={(event) => set({ collapsed: event.currentTarget.checked || undefined })} />
      <Switch className="form-setting" labelPosition="left" label={t('forms.hide_when_empty')} checked={node.hide_when_empty ?? false} onChange={(event) => set({ hide_when_empty: event.currentTarget.checked || undefined })} />
    </>
  );
}

export function TabSettings({ node, problems, set }: SettingsOf<FormTabDoc>) {
  const { t } = useTranslation('studio');
  return (
    <div className="row gap-12" style={{ alignItems: 'flex-start' }}>
      <div style={{ paddingTop: 21 }}><IconPicker value={node.icon} onChange={(icon) => set({ icon })} /></div>
      <div className="grow"><LabelInputs label={t('dashboards.heading')} value={node.label} error={messageAt(problems, 'label')} onChange={(label) => set({ label }, 'label')} /></div>
    </div>
  );
}

export function TabsSettings({ node, at }: SettingsOf<TabsPart>) {
  const { t } = useTranslation('studio');
  const { doc, put, choose } = useDesign();
  const make = useMaking();
  const label = usePartLabel();
  const add = () => {
    const tab = make('tab') as ReturnType<typeof newPart>;
    if (tab) put(inserted(doc, `${at}/tabs`, node.tabs.length, tab));
  };
  return (
    <div role="group" aria-label={t('forms.tabs')} className="column gap-4">
      {node.tabs.map((tab, index) => <button key={tab.name} type="button" className="tree-item" onClick={() => choose(`${at}/tabs/${index}`)}>{PART_ICONS.tab}<span className="ellipsis">{label(tab, doc.entity)}</span></button>)}
      <div><Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} stroke={1.75} />} onClick={add}>{t('forms.tab')}</Button></div>
    </div>
  );
}
