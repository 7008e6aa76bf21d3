import { Button } from '@mantine/core';
import { IconDownload, IconPlus, IconTrash } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Entity } from '@/catalog/types';
import { formatDecimal } from '@/fields/numbers';
import { newLabel, wordsOf } from '@/shell/words';
import { EntityIcon } from '@/ui/EntityIcon';
import { Kbd } from '@/ui/marks';
import type { ListState } from './state';

interface Props {
  entity: Entity;
  state: ListState;
  count: number | null;
  changed: boolean;
  mayCreate: boolean;
  onCreate: () => void;
  onUpdate: (change: Partial<ListState>) => void;
}

/** Name of the list, its views and the two ways to fill it. */
export function ListHead({ entity, state, count, changed, mayCreate, onCreate, onUpdate }: Props) {
  const { t } = useTranslation('work');
  const reset = () => onUpdate({ quick: '', conditions: [], sort: [], columns: undefined });
  return (
    <>
      <div className="top-bar">
        <EntityIcon name={entity.icon} size={18} color="var(--primary)" />
        <h1 className="strong ellipsis" style={{ fontSize: 15 }}>{entity.plural}</h1>
        <span className="grow" />
        {mayCreate && <Button variant="subtle" component={Link} to={`/e/${entity.name}/import`} leftSection={<IconDownload size={15} stroke={1.75} />}>{t('list.import')}</Button>}
        {mayCreate && <Button onClick={onCreate} leftSection={<IconPlus size={15} stroke={1.75} />} rightSection={<Kbd onPrimary>C</Kbd>} pr={8}>{newLabel(entity)}</Button>}
      </div>
      <div className="tabs"><div className="tab-list" role="tablist" aria-label={t('list.views')}>
        <button type="button" role="tab" className="tab" aria-selected={!state.bin} onClick={() => onUpdate({ bin: false })}>
          {t('list.all', wordsOf(entity))}{!state.bin && count !== null && <span className="count numbers">{formatDecimal(count)}</span>}{changed && !state.bin && <span className="changed-point" title={t('list.view_changed')} />}
        </button>
        <button type="button" role="tab" className="tab" aria-selected={state.bin} onClick={() => onUpdate({ bin: true, selected: null })}><IconTrash size={15} stroke={1.75} />{t('list.bin')}{state.bin && count !== null && <span className="count numbers">{formatDecimal(count)}</span>}</button>
        </div><span className="grow" />
        {changed && <span className="row gap-2"><span className="size-12 dim" style={{ marginRight: 4 }}>{t('list.view_changed')}</span><Button variant="subtle" size="compact-xs" onClick={reset}>{t('list.reset')}</Button></span>}
      </div>
    </>
  );
}
