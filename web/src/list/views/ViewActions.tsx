import { ActionIcon, Button } from '@mantine/core';
import { IconAlertTriangle, IconSettings } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entity } from '@/catalog/types';
import type { ListChange, ListState } from '../state';
import { useViews } from './useViews';
import { ViewDialog } from './ViewDialog';

interface Props {
  entity: Entity;
  state: ListState;
  changed: boolean;
  /** Large enough for a thumb. */
  large?: boolean;
  onUpdate: (change: ListChange) => void;
}

/** What can be done with the view that is looked at: save what was changed, save as another, give the changes up, settings. */
export function ViewActions({ entity, state, changed, large = false, onUpdate }: Props) {
  const { t } = useTranslation('work');
  const [dialog, setDialog] = useState<'new' | 'settings' | null>(null);
  const act = useViews(entity, state, (id) => onUpdate({ viewId: id ?? null }));
  const { view } = state;
  const size = large ? 'lg' : 'compact-xs';
  return (
    <span className={large ? 'column gap-8' : 'row gap-2'}>
      {!!view?.missing && <span className="row gap-6 size-12" style={{ color: 'var(--warn)', marginRight: 6 }} role="status"><IconAlertTriangle size={14} stroke={1.75} />{t('view.missing', { count: view.missing })}</span>}
      {changed && !large && <span className="size-12 dim" style={{ marginRight: 4 }}>{t('list.view_changed')}</span>}
      {changed && view?.may_change && <Button variant={large ? 'default' : 'subtle'} size={size} onClick={() => void act.save()}>{t('view.save')}</Button>}
      {(changed || large) && <Button variant={large ? 'default' : 'subtle'} size={size} onClick={() => setDialog('new')}>{t('view.save_as')}</Button>}
      {changed && <Button variant={large ? 'default' : 'subtle'} size={size} onClick={() => onUpdate({ quick: '', reset: true })}>{t('list.reset')}</Button>}
      {view?.may_change && (large
        ? <Button variant="default" size={size} onClick={() => setDialog('settings')}>{t('view.settings')}</Button>
        : <ActionIcon size={24} variant="subtle" aria-label={t('view.settings')} onClick={() => setDialog('settings')}><IconSettings size={15} stroke={1.75} /></ActionIcon>)}
      {dialog === 'new' && <ViewDialog label={view ? t('view.copy_of', { name: view.label }) : ''} onSave={act.saveAs} onClose={() => setDialog(null)} />}
      {dialog === 'settings' && view && <ViewDialog view={view} onSave={(named) => act.change(named, view)} onRemove={() => void act.remove(view)} onClose={() => setDialog(null)} />}
    </span>
  );
}
