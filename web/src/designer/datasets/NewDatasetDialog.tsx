import { Button, Modal, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ownFields, titleField } from '@/catalog/catalog';
import { useCatalog } from '@/catalog/useCatalog';
import { newDataset, newSqlDataset } from '../model/dataset';
import { fitsDataset } from '../model/datasetScope';
import { tidy } from '../model/equal';
import type { Label } from '../model/types';
import { IconPicker } from '../parts/IconPicker';
import { LabelInputs } from '../parts/LabelInputs';
import { EntitySelect } from '../parts/selects';
import { useStudio } from '../state/StudioProvider';

/** What the new dataset is called, and whose records it begins with. */
export function NewDatasetDialog({ onClose, onMade }: { onClose: () => void; onMade: (name: string) => void }) {
  const { t } = useTranslation('studio');
  const { bench, entities, datasetViews, state, draftCatalog } = useStudio();
  const [label, setLabel] = useState<Label>({});
  const [icon, setIcon] = useState('chart-bar');
  const [entity, setEntity] = useState<string>();
  const [way, setWay] = useState<'mouse' | 'sql'>('mouse');
  const { rights } = useCatalog().data;
  const [tried, setTried] = useState(false);
  const named = Boolean(label.en?.trim() || label.ru?.trim());

  const create = () => {
    setTried(true);
    const record = draftCatalog().entity(entity);
    if (!named || !record) return;
    const first = [titleField(record), ...ownFields(record)].find((field) => field && fitsDataset(field)) ?? record.fields[0]!;
    const taken = [...entities, ...datasetViews, ...state.published.values()].map((one) => one.name);
    const doc = way === 'sql' ? newSqlDataset(tidy({ label }).label, icon, record.name, first.name, taken) : newDataset(tidy({ label }).label, {}, icon, record.name, { path: first.name }, taken);
    bench.edit(doc);
    onClose();
    onMade(doc.name);
  };

  return (
    <Modal opened onClose={onClose} title={t('datasets.new')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <form className="column gap-16" onSubmit={(event) => { event.preventDefault(); create(); }}>
        <LabelInputs label={t('datasets.name')} value={label} required autoFocus error={tried && !named ? t('new.needs_label') : undefined} onChange={setLabel} />
        {rights.administer && (
          <div className="column gap-4">
            <SegmentedControl fullWidth aria-label={t('datasets.way')} value={way} onChange={(next) => setWay(next as typeof way)} data={[{ value: 'mouse', label: t('datasets.way_mouse') }, { value: 'sql', label: t('datasets.way_sql') }]} />
            <p className="hint">{t(`datasets.way_${way}_text`)}</p>
          </div>
        )}
        <EntitySelect label={t('datasets.begins')} description={t('datasets.begins_text')} datasets={datasetViews} value={entity} error={tried && !entity ? t('part.choose_entity') : undefined} onChange={setEntity} />
        <div className="row gap-8"><IconPicker value={icon} onChange={setIcon} /><span className="muted">{t('part.icon')}</span></div>
        <div className="row gap-8 right">
          <Button variant="subtle" onClick={onClose}>{t('common:action.cancel')}</Button>
          <Button type="submit">{t('datasets.create')}</Button>
        </div>
      </form>
    </Modal>
  );
}
