import { Checkbox } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isLocked } from '@/card/conditions';
import { useCatalog } from '@/catalog/useCatalog';
import type { Entity, Field, RecordData } from '@/catalog/types';
import { formatValue } from '@/fields/format';
import { type Column, leastWidth, templateOf } from '../columns';
import type { ListState } from '../state';
import { toast } from '@/ui/toast';
import { GridHead } from './GridHead';
import { GridRow } from './GridRow';

const ROW = 36;

/** What the server refused, and why. */
export interface Refused {
  value: unknown;
  message: string;
}

export interface Active {
  row: number;
  column: number;
}

interface Props {
  entity: Entity;
  columns: Column[];
  rows: RecordData[];
  state: ListState;
  marked: ReadonlySet<string>;
  active: Active;
  stale: boolean;
  hasMore: boolean;
  loadingMore: boolean;
  onActive: (active: Active) => void;
  onMark: (ids: string[], on?: boolean) => void;
  onSort: (sort: string[]) => void;
  onPeek: (row: number) => void;
  onOpen: (record: RecordData) => void;
  onSave: (record: RecordData, field: Field, value: unknown) => Promise<string | undefined>;
  onMore: () => void;
  onWidth: (path: string, width: number) => void;
}

/** Rows drawn only where they are seen, read page by page; arrows, Enter, Space, F2 and Tab work as in a sheet. */
export function Grid(props: Props) {
  const { entity, columns, rows, state, marked, active, hasMore, loadingMore, onActive, onMore } = props;
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const scroller = useRef<HTMLDivElement>(null);
  const [editing, setEditing] = useState<Active | null>(null);
  const [refused, setRefused] = useState<Refused | null>(null);
  const latest = useRef({ rows, columns, editing });
  latest.current = { rows, columns, editing };
  const lastMarked = useRef(-1);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => ROW, overscan: 12 });
  const items = virtual.getVirtualItems();
  const lastSeen = items.at(-1)?.index ?? 0;

  useEffect(() => {
    if (hasMore && !loadingMore && lastSeen >= rows.length - 30) onMore();
  }, [hasMore, loadingMore, lastSeen, rows.length, onMore]);
  useEffect(() => {
    if (active.row >= 0) virtual.scrollToIndex(active.row, { align: 'auto' });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- scrolls when the current row moves, not when the list grows.
  }, [active.row]);

  function go(row: number, column: number) {
    onActive({ row: Math.max(0, Math.min(rows.length - 1, row)), column: Math.max(0, Math.min(columns.length - 1, column)) });
  }
  function edit(at: Active) {
    const [row, column] = [rows[at.row], columns[at.column]];
    if (row && column?.editable && !isLocked(catalog, entity, row, column.field)) {
      onActive(at);
      setRefused(null);
      setEditing(at);
    }
  }
  function finish(step?: 'down' | 'right' | 'left') {
    if (editing && step === 'down') go(editing.row + 1, editing.column);
    if (editing && step === 'right') go(editing.row, editing.column + 1);
    if (editing && step === 'left') go(editing.row, editing.column - 1);
    setEditing(null);
    scroller.current?.focus({ preventScroll: true });
  }
  /** A value that the server refuses comes back into its cell with the reason, unless one is already in another cell. */
  async function save(record: RecordData, field: Field, value: unknown) {
    const message = await props.onSave(record, field, value);
    if (!message) return;
    const now = latest.current;
    const at = { row: now.rows.findIndex((row) => row.id === record.id), column: now.columns.findIndex((column) => column.path === field.name) };
    if (now.editing || at.row < 0 || at.column < 0) return toast(`${field.label}: ${message}`, { tone: 'bad' });
    onActive(at);
    setRefused({ value, message });
    setEditing(at);
  }
  function mark(index: number, run: boolean) {
    const from = run && lastMarked.current >= 0 ? lastMarked.current : index;
    const [low, high] = from < index ? [from, index] : [index, from];
    props.onMark(rows.slice(low, high + 1).map((row) => row.id), run ? true : undefined);
    lastMarked.current = index;
  }

  function press(event: KeyboardEvent) {
    if (editing || event.target !== event.currentTarget) return;
    const { row, column } = active;
    const act: Record<string, () => void> = {
      ArrowDown: () => (event.shiftKey ? (mark(Math.max(0, row), true), go(row + 1, column)) : go(row + 1, column)), ArrowUp: () => go(row - 1, column), ArrowRight: () => go(Math.max(0, row), column + 1), ArrowLeft: () => go(Math.max(0, row), column - 1),
      PageDown: () => go(row + 15, column), PageUp: () => go(row - 15, column), Home: () => go(0, 0), End: () => go(rows.length - 1, column),
      Enter: () => rows[row] && props.onOpen(rows[row]), Space: () => (event.shiftKey ? mark(row, true) : props.onPeek(row)), F2: () => edit(active), KeyE: () => edit(active), KeyX: () => row >= 0 && mark(row, false),
    };
    if ((event.ctrlKey || event.metaKey) && event.code === 'KeyC') {
      const shown = rows[row] && columns[column] ? formatValue(columns[column].field, rows[row][columns[column].path]) : '';
      void navigator.clipboard?.writeText(shown);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const run = act[event.code];
    if (!run) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  }

  const all = rows.length > 0 && rows.every((row) => marked.has(row.id));
  return (
    <div ref={scroller} className={props.stale ? 'grid-scroll stale' : 'grid-scroll'} role="grid" tabIndex={0} aria-label={entity.plural} aria-rowcount={rows.length + 1} aria-colcount={columns.length + 1}
      aria-activedescendant={active.row >= 0 && items.some((item) => item.index === active.row) ? `cell-${active.row}-${active.column}` : undefined} onKeyDown={press}>
      <div style={{ minWidth: leastWidth(columns), position: 'relative' }}>
        <GridHead columns={columns} template={templateOf(columns)} sort={state.sort} onSort={props.onSort} onWidth={props.onWidth}
          mark={<Checkbox aria-label={t('list.mark_all')} checked={all} indeterminate={!all && marked.size > 0} onChange={() => props.onMark(rows.map((row) => row.id), !all)} />} />
        <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {items.map((item) => {
            const record = rows[item.index]!;
            return (
              <GridRow key={record.id} entity={entity} record={record} index={item.index} top={item.start} columns={columns} template={templateOf(columns)} marked={marked.has(record.id)} current={state.selected === record.id}
                activeColumn={active.row === item.index ? active.column : -1} editingColumn={editing?.row === item.index ? editing.column : -1} onMark={(run) => mark(item.index, run)} onActive={(column) => onActive({ row: item.index, column })}
                onClick={() => { if (state.selected && state.selected !== record.id) props.onPeek(item.index); }} onPeek={() => props.onPeek(item.index)} onOpen={() => props.onOpen(record)} onEdit={(column) => edit({ row: item.index, column })}
                refused={editing?.row === item.index ? refused : null} onFinish={finish} onSave={(field, value) => void save(record, field, value)} />
            );
          })}
        </div>
        {loadingMore && <div className="grid-more dim size-12" role="status">{t('list.loading_more')}</div>}
      </div>
    </div>
  );
}
