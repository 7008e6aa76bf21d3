import { Button, Popover, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconArrowsSort, IconCards, IconColumns3, IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entity } from '@/catalog/types';
import { ColumnsMenu } from './ColumnsMenu';
import { FilterChips } from './filter/FilterBar';
import { FormButton, FormSwitch } from './layout/FormTools';
import { formOf } from './layout/forms';
import { SortMenu } from './SortMenu';
import { FilterChip } from '@/ui/marks';
import type { ListState } from './state';

interface Props {
  entity: Entity;
  state: ListState;
  onUpdate: (change: Partial<ListState>) => void;
}

/** Quick search that asks after a short rest of the fingers. */
export function QuickSearch({ state, onUpdate, id = 'list-search' }: Omit<Props, 'entity'> & { id?: string }) {
  const { t } = useTranslation('work');
  const [words, setWords] = useState(state.quick);
  const apply = useDebouncedCallback((quick: string) => onUpdate({ quick }), 250);
  useEffect(() => setWords(state.quick), [state.quick]);
  return (
    <TextInput id={id} type="search" className="quick-search" aria-label={t('list.quick')} placeholder={t('list.quick')} value={words} leftSection={<IconSearch size={14} stroke={1.75} />}
      onChange={(event) => { setWords(event.currentTarget.value); apply(event.currentTarget.value); }} onKeyDown={(event) => event.key === 'Escape' && (event.currentTarget.value ? (setWords(''), onUpdate({ quick: '' })) : event.currentTarget.blur())} />
  );
}

/** The bar of filters on the left; search, sort and columns on the right. */
export function ListTools({ entity, state, onUpdate }: Props) {
  const { t } = useTranslation('work');
  const isOther = !!formOf(state);
  return (
    <div className="bar list-tools">
      <div className="row gap-6 filter-chips">
        {state.behind && <FilterChip labels={[t('list.behind')]} operator="" value={state.behind} removeLabel={t('list.behind_off')} onRemove={() => onUpdate({ behind: undefined })} />}
        <FilterChips entity={entity.name} conditions={state.conditions} onChange={(conditions) => onUpdate({ conditions })} />
        {state.conditions.length > 0 && <Button variant="subtle" size="compact-xs" onClick={() => onUpdate({ conditions: [] })}>{t('filter.clear')}</Button>}
      </div>
      <span className="grow" />
      <FormSwitch entity={entity} state={state} onUpdate={onUpdate} />
      <FormButton entity={entity} state={state} onUpdate={onUpdate} />
      <QuickSearch state={state} onUpdate={onUpdate} />
      <Popover position="bottom-end" trapFocus returnFocus>
        <Popover.Target><Button variant="subtle" size="xs" leftSection={<IconArrowsSort size={15} stroke={1.75} />}>{t('list.sort')}{state.sort.length > 0 && <span className="tag" style={{ marginLeft: 6 }}>{state.sort.length}</span>}</Button></Popover.Target>
        <Popover.Dropdown p={8} aria-label={t('list.sort')}><SortMenu entity={entity} sort={state.sort} onChange={(sort) => onUpdate({ sort })} /></Popover.Dropdown>
      </Popover>
      <Popover position="bottom-end" trapFocus returnFocus>
        <Popover.Target><Button variant="subtle" size="xs" leftSection={isOther ? <IconCards size={15} stroke={1.75} /> : <IconColumns3 size={15} stroke={1.75} />}>{t(isOther ? 'layout.card' : 'list.columns')}</Button></Popover.Target>
        <Popover.Dropdown p={8} aria-label={t(isOther ? 'layout.card' : 'list.columns')}><ColumnsMenu entity={entity} columns={state.columns} onChange={(columns) => onUpdate({ columns })} /></Popover.Dropdown>
      </Popover>
    </div>
  );
}
