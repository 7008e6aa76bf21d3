import { ActionIcon, Button } from '@mantine/core';
import { DragDropProvider } from '@dnd-kit/react';
import { useSortable } from '@dnd-kit/react/sortable';
import { move } from '@dnd-kit/helpers';
import { IconArrowDown, IconArrowUp, IconGripVertical, IconPlus, IconX } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isToMany } from '@/catalog/catalog';
import { useCatalog } from '@/catalog/useCatalog';
import type { Entity } from '@/catalog/types';
import { FieldTypeIcon } from '@/ui/FieldTypeIcon';
import { Path } from '@/ui/marks';
import { pathLabels } from './filter/compose';
import { FieldPicker } from './filter/FieldPicker';
import { defaultColumns, fitsColumn } from './state';

interface RowProps {
  path: string;
  index: number;
  labels: string[];
  type: Parameters<typeof FieldTypeIcon>[0]['type'];
  last: boolean;
  only: boolean;
  onMove: (step: number) => void;
  onRemove: () => void;
}

function Row({ path, index, labels, type, last, only, onMove, onRemove }: RowProps) {
  const { t } = useTranslation('work');
  const { ref, handleRef } = useSortable({ id: path, index });
  const name = labels.join(' › ');
  return (
    <div ref={ref} className="menu-row">
      <button ref={handleRef} type="button" className="grip" aria-label={t('list.drag_column', { name })}><IconGripVertical size={14} stroke={1.75} /></button>
      <FieldTypeIcon type={type} /><span className="grow ellipsis"><Path labels={labels} /></span>
      <ActionIcon size={24} disabled={index === 0} aria-label={t('list.column_left', { name })} onClick={() => onMove(-1)}><IconArrowUp size={14} stroke={1.75} /></ActionIcon>
      <ActionIcon size={24} disabled={last} aria-label={t('list.column_right', { name })} onClick={() => onMove(1)}><IconArrowDown size={14} stroke={1.75} /></ActionIcon>
      <ActionIcon size={24} disabled={only} aria-label={t('list.hide_column', { name })} onClick={onRemove}><IconX size={14} stroke={1.75} /></ActionIcon>
    </div>
  );
}

interface Props {
  entity: Entity;
  columns: string[];
  onChange: (columns: string[]) => void;
}

/** Which columns there are and in which order; any path through links may be one. */
export function ColumnsMenu({ entity, columns, onChange }: Props) {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const [adding, setAdding] = useState(false);
  // The focus comes back with the list, so that Escape goes on to close the menu.
  const added = useRef(false);
  if (adding) {
    return <FieldPicker entity={entity.name} enter={(field) => !isToMany(field)} accept={(field, path) => fitsColumn(field, path) && !columns.includes([...path, field].map((step) => step.name).join('.'))} onPick={(path) => { added.current = true; onChange([...columns, path]); setAdding(false); }} />;
  }
  const shift = (index: number, step: number) => {
    const next = [...columns];
    const [item] = next.splice(index, 1);
    next.splice(index + step, 0, item!);
    onChange(next);
  };
  return (
    <div style={{ width: 320 }}>
      <DragDropProvider onDragEnd={(event) => { if (!event.canceled) onChange(move(columns, event)); }}>
        <div className="menu-rows">
          {columns.map((path, index) => (
            <Row key={path} path={path} index={index} labels={pathLabels(catalog, entity.name, path)} type={catalog.path(entity.name, path)?.at(-1)?.type ?? 'text'} last={index === columns.length - 1} only={columns.length === 1}
              onMove={(step) => shift(index, step)} onRemove={() => onChange(columns.filter((item) => item !== path))} />
          ))}
        </div>
      </DragDropProvider>
      <div className="row between" style={{ marginTop: 6 }}>
        <Button variant="subtle" size="xs" autoFocus={added.current} leftSection={<IconPlus size={15} stroke={1.75} />} onClick={() => setAdding(true)}>{t('list.add_column')}</Button>
        <Button variant="subtle" size="xs" onClick={() => onChange(defaultColumns(entity))}>{t('list.reset')}</Button>
      </div>
    </div>
  );
}
