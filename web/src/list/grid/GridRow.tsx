import { ActionIcon, Checkbox } from '@mantine/core';
import { IconArrowsDiagonal, IconLayoutSidebarRight, IconLock } from '@tabler/icons-react';
import { memo, type MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { isLocked } from '@/card/conditions';
import { RecordConditions } from '@/card/RecordConditions';
import { useCatalog } from '@/catalog/useCatalog';
import type { Entity, Field, RecordData } from '@/catalog/types';
import { FieldValue } from '@/fields/FieldValue';
import { problemOf, ProblemText } from '@/fields/Problem';
import { recordTitle } from '@/fields/title';
import { toDateText } from '@/fields/dates';
import type { Column } from '../columns';
import { CellEditor } from './CellEditor';
import type { Refused } from './Grid';

interface Props {
  entity: Entity;
  record: RecordData;
  index: number;
  top: number;
  columns: Column[];
  template: string;
  marked: boolean;
  current: boolean;
  activeColumn: number;
  editingColumn: number;
  refused: Refused | null;
  onMark: (run: boolean) => void;
  onActive: (column: number) => void;
  onClick: () => void;
  onPeek: () => void;
  onOpen: () => void;
  onEdit: (column: number) => void;
  onFinish: (step?: 'down' | 'right' | 'left') => void;
  onSave: (field: Field, value: unknown) => void;
}

function classOf(column: Column, value: unknown): string {
  const names = ['grid-cell'];
  if (column.right) names.push('right', 'numbers', column.field.type === 'money' ? 'medium' : '');
  if (column.title) names.push('medium');
  else if (!column.right && column.field.type !== 'choice') names.push('muted');
  if (column.field.type === 'date' && typeof value === 'string' && value < toDateText(new Date())) names.push('dim');
  return names.filter(Boolean).join(' ');
}

/** One line of the grid. */
export const GridRow = memo(function GridRow(props: Props) {
  const { entity, record, index, columns, marked, current, activeColumn, editingColumn } = props;
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const title = recordTitle(entity, record);
  const cellClick = (event: MouseEvent, column: number) => {
    if ((event.target as HTMLElement).closest('a,button,input')) return;
    props.onActive(column);
    props.onClick();
  };
  return (
    <div role="row" aria-rowindex={index + 2} aria-selected={marked} className={`grid-row${current ? ' current' : marked ? ' marked' : ''}`} style={{ gridTemplateColumns: props.template, transform: `translateY(${props.top}px)` }}>
      <span role="gridcell" className="grid-mark"><Checkbox tabIndex={-1} aria-label={t('list.mark_row', { title })} checked={marked} onChange={() => undefined} onClick={(event) => props.onMark(event.shiftKey)} /></span>
      {columns.map((column, position) => {
        const value = record[column.path];
        const editing = editingColumn === position;
        const locked = column.editable && isLocked(catalog, entity, record, column.field);
        const open = column.editable && !locked;
        const problem = value === null ? problemOf(record, column.path) : undefined;
        return (
          <span key={column.path} id={`cell-${index}-${position}`} role="gridcell" aria-colindex={position + 2} aria-readonly={!open} className={`${classOf(column, value)}${activeColumn === position ? ' active' : ''}${editing ? ' editing' : ''}`}
            onClick={(event) => cellClick(event, position)} onDoubleClick={() => (open ? props.onEdit(position) : props.onOpen())}>
            {editing ? (
              <RecordConditions entity={entity} values={record} saved={record} quiet><CellEditor key={props.refused?.message} field={column.field} value={value} draft={props.refused?.value} refusal={props.refused?.message} onFinish={props.onFinish} onSave={(next) => props.onSave(column.field, next)} /></RecordConditions>
            ) : column.title ? (
              <span className="grid-title"><button type="button" tabIndex={-1} className="grid-title-link ellipsis" onClick={props.onOpen}>{title}</button></span>
            ) : problem ? (
              <ProblemText code={problem} />
            ) : (
              <FieldValue field={column.unit ? { ...column.field, type: 'decimal' } : column.field} value={value} inRow avatarOnly={column.person && column.width <= 56} />
            )}
            {locked && activeColumn === position && <IconLock size={12} stroke={1.75} color="var(--text-3)" role="img" aria-label={column.field.lock?.message || t('field.locked')} />}
            {position === 0 && !editing && (
              <span className="grid-actions">
                <ActionIcon tabIndex={-1} aria-label={t('list.peek_row', { title })} onClick={props.onPeek}><IconLayoutSidebarRight size={16} stroke={1.75} /></ActionIcon>
                <ActionIcon tabIndex={-1} aria-label={t('list.open_row', { title })} onClick={props.onOpen}><IconArrowsDiagonal size={16} stroke={1.75} /></ActionIcon>
              </span>
            )}
          </span>
        );
      })}
    </div>
  );
}, (before, after) =>
  before.record === after.record && before.top === after.top && before.index === after.index && before.columns === after.columns && before.template === after.template && before.marked === after.marked &&
  before.current === after.current && before.activeColumn === after.activeColumn && before.editingColumn === after.editingColumn && after.editingColumn === -1 && after.activeColumn === -1 && before.activeColumn === -1);
