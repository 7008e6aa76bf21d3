import '@/measures/measures.css';
import { Button } from '@mantine/core';
import { IconDatabase, IconPlus } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { State } from '@/ui/State';
import { newRegister } from '../model/register';
import { keyOf } from '../model/types';
import { ListPane } from '../parts/ListPane';
import { useStudio } from '../state/StudioProvider';
import { RegisterForm } from './RegisterForm';
import { RegisterHeader } from './RegisterHeader';
import { RegisterState } from './RegisterState';

/** Registers: the rows of datasets, kept; what each keeps, when it is composed anew, and how it stands. */
export function RegistersPage() {
  const { t } = useTranslation('studio');
  const { bench, registers, datasets, entities, datasetViews, entityLabel, changed } = useStudio();
  const { register: chosen } = useSearch({ strict: false }) as { register?: string };
  const navigate = useNavigate();
  const doc = registers.find((one) => one.name === chosen) ?? registers[0];
  const open = (name?: string) => void navigate({ to: '/studio/registers', search: { register: name } as never });
  const add = () => {
    const unkept = datasets.find((one) => registers.every((register) => register.dataset !== one.name)) ?? datasets[0];
    if (!unkept) return;
    const made = newRegister(unkept, [...entities, ...datasetViews].map((one) => one.name));
    bench.edit(made);
    open(made.name);
  };
  const button = <Button variant="default" disabled={!datasets.length} leftSection={<IconPlus size={15} stroke={1.75} />} onClick={add}>{t('registers.add')}</Button>;
  if (!doc) return <State icon={<IconDatabase size={22} stroke={1.75} />} title={t('registers.none')} text={t(datasets.length ? 'registers.none_text' : 'registers.no_datasets')}>{button}</State>;
  return (
    <ListPane wide title={t('crumb.registers')} items={registers.map((one) => ({ name: one.name, label: entityLabel(one.name), changed: changed.has(keyOf(one)) }))} chosen={doc.name} onChoose={open} action={button}>
      <RegisterHeader key={doc.name} doc={doc} onRemove={() => { bench.removeDocument(keyOf(doc)); open(); }} />
      {doc.dataset
        ? <div className="measure-columns"><RegisterForm key={doc.name} doc={doc} /><RegisterState name={doc.name} /></div>
        : <p className="hint">{t('registers.balance')}</p>}
    </ListPane>
  );
}
