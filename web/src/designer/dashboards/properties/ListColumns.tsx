import { ActionIcon, Button, Popover } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isToMany } from '@/catalog/catalog';
import { CatalogProvider } from '@/catalog/useCatalog';
import { pathLabels } from '@/list/filter/compose';
import { FieldPicker } from '@/list/filter/FieldPicker';
import { Path } from '@/ui/marks';
import type { ListDoc } from '../../model/dashboard';
import { messageAt } from '../../model/problems';
import type { Problem } from '../../model/types';
import { Handle, SortableList, useSortableRow } from '../../parts/Sortable';
import { useStudio } from '../../state/StudioProvider';
import { useBoard } from '../useBoard';

/** The columns of a list, put in order by mouse or keyboard, added out of the attribute tree. */
export function ListColumns({ widget, entity, problems }: { widget: ListDoc; entity: string; problems: Problem[] }) {
  const { t } = useTranslation('studio');
  const { draftCatalog } = useStudio();
  const { change } = useBoard();
  const [opened, setOpened] = useState(false);
  const columns = widget.columns ?? [];
  const set = (next: string[]) => change({ ...widget, columns: next });
  const error = messageAt(problems, 'columns');
  return (
    <div role="group" aria-label={t('dashboards.list_columns')}>
      <div className="form-label" aria-hidden>{t('dashboards.list_columns')}</div>
      <div className="choice-list board-columns">
        <SortableList ids={columns} onOrder={set}>
          {(order) => order.map((path, at) => <Column key={path} path={path} at={at} labels={pathLabels(draftCatalog(), entity, path)} onRemove={columns.length > 1 ? () => set(columns.filter((one) => one !== path)) : undefined} />)}
        </SortableList>
      </div>
      <Popover opened={opened} onChange={setOpened} position="bottom-start" width={300} trapFocus returnFocus>
        <Popover.Target><Button mt={6} variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} stroke={1.75} />} aria-expanded={opened} onClick={() => setOpened(!opened)}>{t('dashboards.add_column')}</Button></Popover.Target>
        <Popover.Dropdown p={8}>
          <CatalogProvider catalog={draftCatalog()}><FieldPicker entity={entity} accept={(field, steps) => !isToMany(field) && !steps.some(isToMany) && field.type !== 'secret' && !columns.includes([...steps, field].map((one) => one.name).join('.'))} enter={(field) => !isToMany(field)} onPick={(path) => { setOpened(false); set([...columns, path]); }} /></CatalogProvider>
        </Popover.Dropdown>
      </Popover>
      {error && <div className="control-error" role="alert">{error}</div>}
    </div>
  );
}

function Column({ path, at, labels, onRemove }: { path: string; at: number; labels: string[]; onRemove?: () => void }) {
  const { t } = useTranslation('studio');
  const { ref, handleRef, dragging } = useSortableRow(path, at);
  const name = labels.join(' › ') || path;
  return (
    <div ref={ref} className="choice-row board-column" data-dragging={dragging || undefined}>
      <Handle handleRef={handleRef} name={name} /><span className="ellipsis">{labels.length ? <Path labels={labels} /> : path}</span>
      {onRemove && <ActionIcon size={24} aria-label={t('dashboards.remove_column', { name })} onClick={onRemove}><IconX size={14} stroke={1.75} /></ActionIcon>}
    </div>
  );
}
