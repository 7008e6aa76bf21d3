import { Button } from '@mantine/core';
import { IconRestore } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Row } from '../model/rows';
import { usesOfField } from '../model/usage';
import { UseList } from '../parts/UseList';
import { useStudio } from '../state/StudioProvider';
import type { EntityView } from '../state/views';

/** A field the next publish hides: what still uses it, and the way back. */
export function RemovedField({ view, row, onRestore }: { view: EntityView; row: Row; onRestore: () => void }) {
  const { t } = useTranslation('studio');
  const { documents } = useStudio();
  const uses = usesOfField(view.doc, row.field, documents);
  return (
    <div className="column gap-12">
      <p className="hint">{t('properties.removed_text')}</p>
      <Button variant="default" leftSection={<IconRestore size={15} stroke={1.75} />} onClick={onRestore}>{t('fields.restore')}</Button>
      <UseList title={t('properties.used_by', { count: uses.length })} uses={uses} />
    </div>
  );
}
