import { Button, Modal, Radio, Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newBalances } from '../model/balance';
import { tidy } from '../model/equal';
import { newRegister } from '../model/register';
import { type Label, labelOf } from '../model/types';
import { IconPicker } from '../parts/IconPicker';
import { LabelInputs } from '../parts/LabelInputs';
import { useStudio } from '../state/StudioProvider';
import { useSource } from './useBalance';

const FORMS = ['rows', 'balances'] as const;
type Form = (typeof FORMS)[number];

/** What the new register keeps: the rows of a dataset, or balances that documents move. */
export function NewRegisterDialog({ onClose, onMade }: { onClose: () => void; onMade: (name: string) => void }) {
  const { t } = useTranslation('studio');
  const { bench, datasets, registers, entities, entity: entityOf, datasetViews, state, language, draftCatalog } = useStudio();
  const source = useSource();
  const [form, setForm] = useState<Form>(datasets.length ? 'rows' : 'balances');
  const [dataset, setDataset] = useState((datasets.find((one) => registers.every((register) => register.dataset !== one.name)) ?? datasets[0])?.name);
  const [label, setLabel] = useState<Label>({});
  const [icon, setIcon] = useState('scale');
  const [entity, setEntity] = useState<string>();
  const [tried, setTried] = useState(false);
  const named = Boolean(label.en?.trim() || label.ru?.trim());
  const papers = entities.filter((view) => !view.system).map((view) => ({ value: view.name, label: view.label }));

  const create = () => {
    setTried(true);
    const taken = [...entities, ...datasetViews, ...state.published.values()].map((one) => one.name);
    const from = datasets.find((one) => one.name === dataset);
    const view = entityOf(entity);
    if (form === 'rows' ? !from : !named || !view) return;
    const made = form === 'rows' ? newRegister(from!, taken) : newBalances(draftCatalog(), tidy({ label }).label ?? {}, icon, view!.name, view!.doc.label ?? {}, taken, source);
    bench.edit(made);
    onClose();
    onMade(made.name);
  };

  return (
    <Modal opened onClose={onClose} title={t('registers.new')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <form className="column gap-16" onSubmit={(event) => { event.preventDefault(); create(); }}>
        <Radio.Group label={t('registers.keeps')} value={form} onChange={(next) => setForm(next as Form)}>
          <div className="column gap-10" style={{ marginTop: 6 }}>
            {FORMS.map((one) => <Radio key={one} value={one} disabled={one === 'rows' && !datasets.length} label={t(`registers.form_${one}`)} description={t(one === 'rows' && !datasets.length ? 'registers.no_datasets' : `registers.form_${one}_text`)} />)}
          </div>
        </Radio.Group>
        {form === 'rows' && datasets.length > 0 && <Select label={t('registers.dataset')} allowDeselect={false} data={datasets.map((one) => ({ value: one.name, label: labelOf(one, language) }))} value={dataset ?? null} onChange={(name) => setDataset(name ?? undefined)} />}
        {form === 'balances' && (
          <>
            <LabelInputs label={t('registers.balance_name')} value={label} required autoFocus error={tried && !named ? t('new.needs_label') : undefined} onChange={setLabel} />
            <Select searchable withAsterisk label={t('balances.moved_by')} description={t('balances.moved_by_text')} data={papers} value={entity ?? null} placeholder={t('part.choose_entity')} nothingFoundMessage={t('part.nothing')} error={tried && !entity ? t('part.choose_entity') : undefined} onChange={(name) => setEntity(name ?? undefined)} />
            <div className="row gap-8"><IconPicker value={icon} onChange={setIcon} /><span className="muted">{t('part.icon')}</span></div>
          </>
        )}
        <div className="row gap-8 right">
          <Button variant="subtle" onClick={onClose}>{t('common:action.cancel')}</Button>
          <Button type="submit">{t('registers.create')}</Button>
        </div>
      </form>
    </Modal>
  );
}
