import '@/measures/measures.css';
import { Button } from '@mantine/core';
import { IconDatabase, IconPlus } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { State } from '@/ui/State';
import { keyOf } from '../model/types';
import { ListPane } from '../parts/ListPane';
import { useStudio } from '../state/StudioProvider';
import { BalanceForm } from './BalanceForm';
import { NewRegisterDialog } from './NewRegisterDialog';
import { RegisterForm } from './RegisterForm';
import { RegisterHeader } from './RegisterHeader';
import { RegisterState } from './RegisterState';

/** Registers: rows of datasets, kept, and how they stand; balances, and what moves them. */
export function RegistersPage() {
  const { t } = useTranslation('studio');
  const { bench, registers, entities, entityLabel, changed } = useStudio();
  const { register: chosen } = useSearch({ strict: false }) as { register?: string };
  const navigate = useNavigate();
  const [adding, setAdding] = useState(false);
  const doc = registers.find((one) => one.name === chosen) ?? registers[0];
  const open = (name?: string) => void navigate({ to: '/studio/registers', search: { register: name } as never });
  const button = <Button variant="default" disabled={!entities.some((view) => !view.system)} leftSection={<IconPlus size={15} stroke={1.75} />} onClick={() => setAdding(true)}>{t('registers.add')}</Button>;
  const dialog = adding && <NewRegisterDialog onClose={() => setAdding(false)} onMade={open} />;
  if (!doc) return <><State icon={<IconDatabase size={22} stroke={1.75} />} title={t('registers.none')} text={t('registers.none_text')}>{button}</State>{dialog}</>;
  return (
    <ListPane wide title={t('crumb.registers')} items={registers.map((one) => ({ name: one.name, label: entityLabel(one.name), changed: changed.has(keyOf(one)) }))} chosen={doc.name} onChoose={open} action={button}>
      <RegisterHeader key={doc.name} doc={doc} onRemove={() => { bench.removeDocument(keyOf(doc)); open(); }} />
      {doc.balance
        ? <BalanceForm key={doc.id ?? doc.name} doc={doc} />
        : <div className="measure-columns"><RegisterForm key={doc.name} doc={doc} /><RegisterState name={doc.name} /></div>}
      {dialog}
    </ListPane>
  );
}
