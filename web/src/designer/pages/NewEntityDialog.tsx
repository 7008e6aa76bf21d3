import { Button, Modal } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newEntity } from '../model/entities';
import type { Label } from '../model/types';
import { IconPicker } from '../parts/IconPicker';
import { LabelInputs } from '../parts/LabelInputs';
import { useStudio } from '../state/StudioProvider';

/** Names of the new entity and its icon; it begins with a title. */
export function NewEntityDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('studio');
  const { bench, entities, datasetViews, state } = useStudio();
  const navigate = useNavigate();
  const [label, setLabel] = useState<Label>({});
  const [plural, setPlural] = useState<Label>({});
  const [icon, setIcon] = useState('box');
  const [tried, setTried] = useState(false);
  const named = Boolean(label.en?.trim() || label.ru?.trim());

  const create = () => {
    setTried(true);
    if (!named) return;
    const taken = [...entities, ...datasetViews].map((view) => view.name).concat([...state.published.values()].map((doc) => doc.name));
    const doc = newEntity(label, plural, icon, taken);
    bench.edit(doc);
    onClose();
    void navigate({ to: `/studio/model/${doc.name}` });
  };

  return (
    <Modal opened onClose={onClose} title={t('new.title')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <form className="column gap-16" onSubmit={(event) => { event.preventDefault(); create(); }}>
        <LabelInputs label={t('entity.label')} value={label} required autoFocus error={tried && !named ? t('new.needs_label') : undefined} onChange={setLabel} />
        <LabelInputs label={t('entity.plural')} value={plural} onChange={setPlural} />
        <div className="row gap-8"><IconPicker value={icon} onChange={setIcon} /><span className="muted">{t('part.icon')}</span></div>
        <p className="hint">{t('new.text')}</p>
        <div className="row gap-8 right">
          <Button variant="subtle" onClick={onClose}>{t('common:action.cancel')}</Button>
          <Button type="submit">{t('new.create')}</Button>
        </div>
      </form>
    </Modal>
  );
}
