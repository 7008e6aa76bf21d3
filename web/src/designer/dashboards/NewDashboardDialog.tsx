import { Button, Modal } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newDashboard } from '../model/dashboard';
import { pluralOf, started } from '../model/dashboardStart';
import { tidy } from '../model/equal';
import type { Label } from '../model/types';
import { IconPicker } from '../parts/IconPicker';
import { LabelInputs } from '../parts/LabelInputs';
import { EntitySelect } from '../parts/selects';
import { useStudio } from '../state/StudioProvider';
import { useSubject } from './useSubject';

/** What the new dashboard is called, and what it begins with: nothing, or what can be told of an entity. */
export function NewDashboardDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('studio');
  const { bench, measures, state, datasetViews } = useStudio();
  const subjectOf = useSubject();
  const navigate = useNavigate();
  const [label, setLabel] = useState<Label>({});
  const [icon, setIcon] = useState('layout-dashboard');
  const [entity, setEntity] = useState<string>();
  const [tried, setTried] = useState(false);
  const subject = entity ? subjectOf(entity) : undefined;
  const named = Boolean(label.en?.trim() || label.ru?.trim());

  const create = () => {
    setTried(true);
    if (!named && !subject) return;
    const taken = [...state.documents.values(), ...state.published.values()].flatMap((one) => (one.kind === 'dashboard' ? [one.name] : []));
    const empty = newDashboard(named ? tidy({ label }).label : pluralOf(subject!), icon, taken);
    const made = subject ? started(empty, subject, measures) : { dashboard: empty, measures: [] };
    bench.editAll([...made.measures, made.dashboard]);
    onClose();
    void navigate({ to: `/studio/dashboards/${made.dashboard.name}` });
  };

  return (
    <Modal opened onClose={onClose} title={t('dashboards.new')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <form className="column gap-16" onSubmit={(event) => { event.preventDefault(); create(); }}>
        <LabelInputs label={t('dashboards.label')} value={label} required={!subject} autoFocus error={tried && !named && !subject ? t('new.needs_label') : undefined} onChange={setLabel} />
        <EntitySelect label={t('dashboards.begins')} description={t('dashboards.begins_text')} placeholder={t('dashboards.begins_empty')} clearable clearButtonProps={{ 'aria-label': t('part.clear') }} datasets={datasetViews} value={entity} onClear={() => setEntity(undefined)} onChange={setEntity} />
        <div className="row gap-8"><IconPicker value={icon} onChange={setIcon} /><span className="muted">{t('part.icon')}</span></div>
        <div className="row gap-8 right">
          <Button variant="subtle" onClick={onClose}>{t('common:action.cancel')}</Button>
          <Button type="submit">{t('dashboards.create')}</Button>
        </div>
      </form>
    </Modal>
  );
}
