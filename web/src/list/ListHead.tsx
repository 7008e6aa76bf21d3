import { Button } from '@mantine/core';
import { IconAlertTriangle, IconDownload, IconPlus, IconTrash, IconUsers, IconWorld } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';
import { useCatalog } from '@/catalog/useCatalog';
import type { Entity, SavedView } from '@/catalog/types';
import { formatDecimal } from '@/fields/numbers';
import { newLabel, wordsOf } from '@/shell/words';
import { EntityIcon } from '@/ui/EntityIcon';
import { Kbd } from '@/ui/marks';
import { ExportMenu } from './ExportMenu';
import type { ListChange, ListState } from './state';
import { viewsOf } from './views/model';
import { ViewActions } from './views/ViewActions';

interface Props {
  entity: Entity;
  state: ListState;
  count: number | null;
  changed: boolean;
  mayCreate: boolean;
  onCreate: () => void;
  onUpdate: (change: ListChange) => void;
}

const AUDIENCE_ICONS: Record<SavedView['audience'], ReactNode> = { me: null, team: <IconUsers size={14} stroke={1.75} />, everyone: <IconWorld size={14} stroke={1.75} /> };

interface TabProps {
  on: boolean;
  label: string;
  icon?: ReactNode;
  count: number | null;
  changed?: boolean;
  onChoose: () => void;
}

function Tab({ on, label, icon, count, changed = false, onChoose }: TabProps) {
  const { t } = useTranslation('work');
  return (
    <button type="button" role="tab" className="tab" aria-selected={on} onClick={onChoose}>
      {icon}{label}{on && count !== null && <span className="count numbers">{formatDecimal(count)}</span>}{on && changed && <span className="changed-point" title={t('list.view_changed')} />}
    </button>
  );
}

/** Name of the list, its views and the two ways to fill it. */
export function ListHead({ entity, state, count, changed, mayCreate, onCreate, onUpdate }: Props) {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const mayDelete = entity.operations.delete && !entity.read_only;
  return (
    <>
      <div className="top-bar">
        <EntityIcon name={entity.icon} size={18} color="var(--primary)" />
        <h1 className="strong ellipsis" style={{ fontSize: 15 }}>{entity.plural}</h1>
        <span className="grow" />
        <ExportMenu entity={entity} state={state} />
        {mayCreate && <Button variant="subtle" component={Link} to={`/e/${entity.name}/import`} leftSection={<IconDownload size={15} stroke={1.75} />}>{t('list.import')}</Button>}
        {mayCreate && <Button onClick={onCreate} leftSection={<IconPlus size={15} stroke={1.75} />} rightSection={<Kbd onPrimary>C</Kbd>} pr={8}>{newLabel(entity)}</Button>}
      </div>
      <div className="tabs"><div className="tab-list" role="tablist" aria-label={t('list.views')}>
        <Tab on={!state.bin && !state.problems && !state.view} label={t('list.all', wordsOf(entity))} count={count} changed={changed} onChoose={() => onUpdate({ viewId: null })} />
        {viewsOf(catalog, entity).map((view) => <Tab key={view.id} on={!state.bin && !state.problems && state.view?.id === view.id} label={view.label} icon={AUDIENCE_ICONS[view.audience]} count={count} changed={changed} onChoose={() => onUpdate({ viewId: view.id })} />)}
        {state.problems && <Tab on label={t('list.problems')} icon={<IconAlertTriangle size={15} stroke={1.75} />} count={count} onChoose={() => undefined} />}
        {(mayDelete || state.bin) && <Tab on={state.bin} label={t('list.bin')} icon={<IconTrash size={15} stroke={1.75} />} count={count} onChoose={() => onUpdate({ bin: true, selected: null })} />}
        </div><span className="grow" />
        {!state.bin && <ViewActions entity={entity} state={state} changed={changed} onUpdate={onUpdate} />}
      </div>
    </>
  );
}
