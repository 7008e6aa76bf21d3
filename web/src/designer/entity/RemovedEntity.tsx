import { Button } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { State } from '@/ui/State';
import { labelOf } from '../model/types';
import { useStudio } from '../state/StudioProvider';

/** An entity that the next publish will hide. */
export function RemovedEntity({ name }: { name: string }) {
  const { t } = useTranslation('studio');
  const { bench, state, language } = useStudio();
  const key = `entity/${name}`;
  return (
    <State hue="rose" icon={<IconTrash size={22} stroke={1.75} />} title={t('entity.removed', { name: labelOf(state.published.get(key), language) })} text={t('entity.removed_text')}>
      <Button onClick={() => bench.revert(key)}>{t('entity.keep')}</Button>
    </State>
  );
}
