import '../dashboards/dashboards.css';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/ui/EmptyState';
import { FormList, useRemovedForms } from '../forms/FormsPage';
import { NewFormDialog } from '../forms/NewFormDialog';
import { useStudio } from '../state/StudioProvider';
import type { EntityView } from '../state/views';

/** The forms of the entity: how its card looks, and for whom. */
export function FormsTab({ view }: { view: EntityView }) {
  const { t } = useTranslation('studio');
  const { forms } = useStudio();
  const removed = useRemovedForms();
  const [adding, setAdding] = useState(false);
  const mine = [...forms, ...removed].filter((one) => one.entity === view.name);
  const button = <Button size={mine.length ? 'xs' : undefined} leftSection={<IconPlus size={15} stroke={1.75} />} onClick={() => setAdding(true)}>{t('forms.add')}</Button>;
  return (
    <div className="tab-body">
      {mine.length === 0
        ? <EmptyState icon="forms" title={t('forms.none')} text={t('forms.none_text')}>{button}</EmptyState>
        : <><div className="row gap-8 between"><p className="muted no-margin">{t('forms.lead')}</p>{button}</div><FormList forms={mine} /></>}
      {adding && <NewFormDialog entity={view.name} onClose={() => setAdding(false)} />}
    </div>
  );
}
