import { Button, Modal, Select } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newApplication } from '../model/entities';
import { SAMPLES } from '../model/samples';
import { type ApplicationDoc, labelOf, textOf } from '../model/types';
import { useStudio } from '../state/StudioProvider';
import { useBoard } from './useBoard';

/** Puts the dashboard into a section of the rail. */
export function AddToNavigation({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('studio');
  const { bench, documents, language } = useStudio();
  const { doc } = useBoard();
  const applications = documents.filter((one): one is ApplicationDoc => one.kind === 'application');
  const places = applications.flatMap((app) => (app.sections ?? []).map((section, at) => ({ app, at, value: `${app.name}/${at}`, has: section.items?.some((item) => item.dashboard === doc.name) ?? false, label: [labelOf(app, language), textOf(section.label, language) || t('navigation.untitled')].join(' › ') })));
  const [chosen, setChosen] = useState<string | null>(places[0]?.value ?? null);
  const there = places.find((one) => one.has);
  const add = () => {
    const place = places.find((one) => one.value === chosen);
    const app = place?.app ?? newApplication(SAMPLES.application, []);
    const sections = (app.sections ?? []).map((section, at) => (at === (place?.at ?? 0) ? { ...section, items: [...(section.items ?? []), { dashboard: doc.name }] } : section));
    bench.edit({ ...app, sections });
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title={t('dashboards.to_navigation')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <div className="column gap-16">
        {there
          ? <p className="muted no-margin">{t('dashboards.in_navigation', { place: there.label })}</p>
          : places.length > 0 ? <Select label={t('dashboards.section')} allowDeselect={false} data={places.map(({ value, label }) => ({ value, label }))} value={chosen} onChange={setChosen} />
            : <p className="muted no-margin">{t('dashboards.no_application')}</p>}
        <div className="row gap-8 right">
          <Button variant="subtle" component={Link} to="/studio/navigation" search={(there ? { app: there.app.name } : {}) as never}>{t('dashboards.open_navigation')}</Button>
          <Button onClick={there ? onClose : add}>{t(there ? 'common:action.done' : 'dashboards.add_item')}</Button>
        </div>
      </div>
    </Modal>
  );
}
