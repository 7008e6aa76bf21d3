import { IconArrowDown, IconArrowUp, IconGitBranch, IconUser } from '@tabler/icons-react';
import type { PointerEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Path } from '@/ui/marks';
import type { Column } from '../columns';

interface Props {
  columns: Column[];
  template: string;
  sort: string[];
  mark: ReactNode;
  onSort: (sort: string[]) => void;
  onWidth: (path: string, width: number) => void;
}

const LEAST = 48;

/** Click sorts, again the other way, again not at all; with Shift as one more key. */
export function nextSort(sort: string[], path: string, add: boolean): string[] {
  const rest = add ? sort.filter((key) => key.replace(/^-/, '') !== path) : [];
  if (sort.includes(path)) return [...rest, `-${path}`];
  if (sort.includes(`-${path}`)) return rest;
  return [...rest, path];
}

function Resize({ onWidth }: { onWidth: (width: number) => void }) {
  function begin(event: PointerEvent<HTMLSpanElement>) {
    event.preventDefault();
    event.stopPropagation();
    const handle = event.currentTarget;
    const start = event.clientX;
    const width = handle.parentElement!.getBoundingClientRect().width;
    handle.setPointerCapture(event.pointerId);
    const move = (step: globalThis.PointerEvent) => onWidth(Math.max(LEAST, Math.round(width + step.clientX - start)));
    handle.addEventListener('pointermove', move);
    handle.addEventListener('lostpointercapture', () => handle.removeEventListener('pointermove', move), { once: true });
  }
  return <span className="grid-resize" onPointerDown={begin} onClick={(event) => event.stopPropagation()} aria-hidden />;
}

export function GridHead({ columns, template, sort, mark, onSort, onWidth }: Props) {
  const { t } = useTranslation('work');
  return (
    <div className="grid-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
      <span className="grid-mark" role="columnheader" aria-label={t('list.mark_column')}>{mark}</span>
      {columns.map((column) => {
        const direction = sort.includes(column.path) ? 'ascending' : sort.includes(`-${column.path}`) ? 'descending' : 'none';
        const narrow = column.person && !column.title && column.width <= 56;
        const name = column.labels.join(' › ');
        const content = (
          <>
            {column.fields.length > 1 && <IconGitBranch size={13} stroke={1.75} />}
            {narrow ? <IconUser size={14} stroke={1.75} aria-hidden /> : <span className="ellipsis"><Path labels={column.labels} />{column.unit && `, ${column.unit}`}</span>}
            {direction === 'ascending' && <IconArrowUp size={13} stroke={1.75} color="var(--primary)" />}
            {direction === 'descending' && <IconArrowDown size={13} stroke={1.75} color="var(--primary)" />}
          </>
        );
        return (
          <span key={column.path} role="columnheader" aria-sort={direction} className={`grid-head-cell${column.right ? ' right' : ''}${direction === 'none' ? '' : ' sorted'}`}>
            {column.sortable ? <button type="button" tabIndex={-1} aria-label={narrow ? name : undefined} title={name} onClick={(event) => onSort(nextSort(sort, column.path, event.shiftKey))}>{content}</button> : <span className="grid-head-name" title={name}>{content}</span>}
            <Resize onWidth={(width) => onWidth(column.path, width)} />
          </span>
        );
      })}
    </div>
  );
}
