import { Button, Popover } from '@mantine/core';
import { IconLayoutKanban, IconList } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entity, ViewType } from '@/catalog/types';
import type { ListState } from '../state';
import { groupFields, plainBoard } from './model';

const BoardSettings = lazy(async () => ({ default: (await import('./BoardSettings')).BoardSettings }));

export interface Props {
  entity: Entity;
  state: ListState;
  onUpdate: (change: Partial<ListState>) => void;
}

/** Rows or a board; none where records cannot stand apart by anything. */
export function FormSwitch({ entity, state, onUpdate, large = false }: Props & { large?: boolean }) {
  const { t } = useTranslation('work');
  const { board } = state;
  if (!groupFields(entity).length || entity.register?.balances || state.bin) return null;
  const choose = (form: ViewType) => {
    const is = board.groupBy ? board : plainBoard(entity);
    onUpdate({ board: { ...is, form } });
  };
  return (
    <div className={large ? 'form-switch large' : 'form-switch'} role="group" aria-label={t('board.form')}>
      {([['grid', IconList], ['kanban', IconLayoutKanban]] as const).map(([form, Icon]) => (
        <button key={form} type="button" aria-pressed={board.form === form} onClick={() => choose(form)}><Icon size={15} stroke={1.75} aria-hidden />{t(`board.${form}`)}</button>
      ))}
    </div>
  );
}

/** The button of what a board stands by. */
export function BoardButton(props: Props) {
  const { t } = useTranslation('work');
  const { entity, state } = props;
  const label = entity.fields.find((field) => field.name === state.board.groupBy)?.label;
  return (
    <Popover position="bottom-end" trapFocus returnFocus>
      <Popover.Target><Button variant="subtle" size="xs" leftSection={<IconLayoutKanban size={15} stroke={1.75} />}>{t('board.columns_by', { label })}</Button></Popover.Target>
      <Popover.Dropdown p={12} aria-label={t('board.settings')}><Suspense fallback={null}><BoardSettings {...props} /></Suspense></Popover.Dropdown>
    </Popover>
  );
}
