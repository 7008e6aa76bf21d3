import { useElementSize, useLocalStorage } from '@mantine/hooks';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import type { Entity, RecordData } from '@/catalog/types';
import { useShortcuts } from '@/shell/keyboard';
import { ErrorState } from '@/ui/ErrorState';
import { BulkBar } from './BulkBar';
import { columnsOf, fitting, shownPaths } from './columns';
import { Grid } from './grid/Grid';
import { GridSkeleton } from './grid/GridSkeleton';
import { formOf } from './layout/forms';
import { ListEmpty } from './ListEmpty';
import { ListFooter } from './ListFooter';
import { ListHead } from './ListHead';
import { ListTools } from './ListTools';
import { useCellEdit } from './useCellEdit';
import { useList } from './useList';
import { useRemoval } from './useRemoval';

const Peek = lazy(async () => ({ default: (await import('./Peek')).Peek }));
const CreateModal = lazy(() => import('@/card/CreateModal'));

const CAUSE_WIDTH = 184;

export function DesktopList({ entity }: { entity: Entity }) {
  const list = useList(entity);
  const { catalog, state, update, data } = list;
  const [widths, setWidths] = useLocalStorage<Record<string, number>>({ key: `verstak.widths.${entity.id}`, defaultValue: {}, getInitialValueInEffect: false });
  const mayEdit = entity.operations.update && !entity.read_only && !state.bin;
  const { ref: place, width } = useElementSize();
  const narrow = !!state.selected && !state.arranged;
  const columns = useMemo(() => {
    // A cause is longer than a number.
    const wide = state.problems ? Object.fromEntries(entity.fields.flatMap((field) => (field.calculated ? [[field.name, CAUSE_WIDTH]] : []))) : {};
    const all = columnsOf(catalog, entity, shownPaths({ columns: state.columns, bin: state.bin, arranged: state.arranged }), { ...wide, ...widths }, mayEdit);
    return narrow && width > 0 ? fitting(all, width) : all;
  }, [catalog, entity, state.columns, state.bin, state.problems, state.arranged, widths, mayEdit, narrow, width]);
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState<{ row: number; column: number }>({ row: -1, column: 0 });
  const save = useCellEdit(entity, data.patchRows);
  const { remove, bringBack } = useRemoval(entity);
  const { rows } = data;
  const chosen = useMemo(() => rows.filter((row) => marked.has(row.id)), [rows, marked]);

  useEffect(() => setMarked(new Set()), [state.bin, state.problems, state.quick, state.conditions]);
  useEffect(() => {
    // The peek follows the current row while it is open.
    const row = rows[active.row];
    if (state.selected && row && row.id !== state.selected) update({ selected: row.id });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only a move of the current row changes the peek.
  }, [active.row]);

  const move = (step: number) => setActive((current) => ({ ...current, row: Math.max(0, Math.min(rows.length - 1, current.row + step)) }));
  const peek = (index: number) => {
    const row = rows[index];
    if (!row || state.bin) return;
    setActive((current) => ({ ...current, row: index }));
    update({ selected: state.selected === row.id ? null : row.id });
  };
  const toggle = (ids: string[], on?: boolean) => setMarked((current) => {
    const next = new Set(current);
    for (const id of ids) (on ?? !next.has(id)) ? next.add(id) : next.delete(id);
    return next;
  });
  const removeMarked = async (items: RecordData[]) => {
    if (await remove(items)) {
      setMarked(new Set());
      if (items.some((item) => item.id === state.selected)) update({ selected: null });
    }
  };
  useShortcuts({
    KeyJ: () => move(1), KeyK: () => move(-1), ArrowDown: () => move(1), ArrowUp: () => move(-1),
    Slash: () => document.querySelector<HTMLInputElement>('#list-search')?.focus(),
    Enter: () => rows[active.row] && !state.bin && list.open(rows[active.row]!.id),
    Space: () => peek(active.row),
    KeyX: () => rows[active.row] && toggle([rows[active.row]!.id]),
    Escape: () => (state.selected ? update({ selected: null }) : setMarked(new Set())),
  });

  const hidesAll = !!(state.quick || state.problems || state.behind || state.conditions.length);
  const Body = formOf(state)?.Body;
  const body = () => {
    if (Body) return <Suspense fallback={<GridSkeleton columns={columns} />}><Body entity={entity} state={state} mayCreate={list.mayCreate} onOpen={list.open} onUpdate={update} /></Suspense>;
    if (data.isError && !rows.length) return <ErrorState error={data.error} retry={() => void data.refetch()} />;
    if (data.isPending) return <GridSkeleton columns={columns} />;
    if (!rows.length) return <ListEmpty entity={entity} bin={state.bin} filtered={hidesAll} conditions={state.conditions} mayCreate={list.mayCreate} onCreate={list.create} onClear={(conditions) => update({ conditions, quick: '', problems: false, behind: undefined })} />;
    return (
      <Grid entity={entity} columns={columns} rows={rows} state={state} marked={marked} active={active} stale={data.isPlaceholderData} hasMore={data.hasNextPage} loadingMore={data.isFetchingNextPage}
        onActive={setActive} onMark={toggle} onSort={(sort) => update({ sort })} onPeek={peek} onOpen={(row) => !state.bin && list.open(row.id)} onSave={save} onMore={() => void data.fetchNextPage()}
        onWidth={(path, width) => setWidths((current) => ({ ...current, [path]: width }))} />
    );
  };
  const selectedIndex = rows.findIndex((row) => row.id === state.selected);
  return (
    <>
      <ListHead entity={entity} state={state} count={hidesAll || Body ? null : data.count} changed={list.changed} mayCreate={list.mayCreate} onCreate={list.create} onUpdate={update} />
      <ListTools entity={entity} state={state} onUpdate={update} />
      <div className="row grow" style={{ alignItems: 'stretch', minHeight: 0 }}>
        <div ref={place} className="column grow" style={{ position: 'relative', overflow: 'hidden' }}>
          {body()}
          {!Body && rows.length > 0 && <ListFooter entity={entity} state={state} columns={columns} rows={rows} count={data.count} whole={!data.hasNextPage} asOf={data.asOf} />}
          {!Body && chosen.length > 0 && <BulkBar entity={entity} records={chosen} bin={state.bin} columns={columns} onDelete={() => void removeMarked(chosen)} onRestore={() => { void bringBack(chosen); setMarked(new Set()); }} onClear={() => setMarked(new Set())} />}
        </div>
        {state.selected && <Suspense fallback={<aside className="peek" aria-busy />}><Peek key={state.selected} entity={entity} id={state.selected} index={selectedIndex} total={data.count ?? rows.length} onMove={(step) => setActive({ row: Math.max(0, Math.min(rows.length - 1, selectedIndex + step)), column: active.column })} onClose={() => update({ selected: null })} onDelete={(record) => void removeMarked([record])} /></Suspense>}
      </div>
      {list.creating && <Suspense fallback={null}><CreateModal entity={entity} onClose={() => list.setCreating(false)} onCreated={(reference) => { list.setCreating(false); update({ selected: reference.id }); }} /></Suspense>}
    </>
  );
}
