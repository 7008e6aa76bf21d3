import { ActionIcon } from '@mantine/core';
import { IconExternalLink, IconTrash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useEntity } from '@/catalog/useCatalog';
import type { RegisterDoc } from '../model/types';
import { useStudio } from '../state/StudioProvider';

/** Name of the register, and what can be done with the whole. */
export function RegisterHeader({ doc, onRemove }: { doc: RegisterDoc; onRemove: () => void }) {
  const { t } = useTranslation('studio');
  const { entityLabel } = useStudio();
  const navigate = useNavigate();
  const live = useEntity(doc.name);
  return (
    <div className="row gap-8"><h2 className="page-title grow">{entityLabel(doc.name)}</h2>
      <code className="size-12 dim">{doc.name}</code>
      {live && <ActionIcon aria-label={t('registers.open_list')} title={t('registers.open_list')} onClick={() => void navigate({ to: `/e/${doc.name}` })}><IconExternalLink size={16} stroke={1.75} /></ActionIcon>}
      <ActionIcon aria-label={t('registers.remove')} title={t('registers.remove')} onClick={onRemove}><IconTrash size={16} stroke={1.75} /></ActionIcon>
    </div>
  );
}
