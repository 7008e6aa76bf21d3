import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ListRequest, records } from '@/api/records';
import type { Catalog } from '@/catalog/catalog';
import type { Entity, Field, RecordData } from '@/catalog/types';
import { bothOf, type ListState } from '../state';
import { requestOf } from '../useRecords';
import { type Group, type GroupRow, groupsOf, keyOf } from './model';

/** Cards of a column that are read at first, and more of them as one scrolls. */
const FIRST = 50;
const MORE = 150;
/** The most columns that are worth the name of a board. */
export const MOST_COLUMNS = 40;
const GROUPS = 200;

export interface ColumnData {
  group: Group;
  cards: RecordData[];
  /** Cards there are, and what they add up to; nothing as long as that is not known. */
  count: number | null;
  total: string | null;
  pending: boolean;
  more: boolean;
  loadMore: () => void;
}

export interface Board {
  field: Field;
  lanesField?: Field;
  totalField?: Field;
  columns: ColumnData[];
  lanes: Group[];
  /** Columns that are not shown because there are too many. */
  left: number;
  isPending: boolean;
  isError: boolean;
  error: unknown;
  refetch: () => void;
}

const KEY = 'board';
export const boardKey = (entity: Entity) => ['records', entity.name, KEY];

/** Reads a board: its groups with numbers and totals by one call, the cards of each column by one. */
export function useBoard(catalog: Catalog, entity: Entity, state: ListState): Board | undefined {
  const { t } = useTranslation('work');
  const { layout: board, quick } = state;
  const field = entity.fields.find((item) => item.name === board.group_by);
  const lanesField = entity.fields.find((item) => item.name === board.lanes);
  const totalField = entity.fields.find((item) => item.name === board.total);
  const [limits, setLimits] = useState<Record<string, number>>({});
  const words = useMemo(() => ({ none: t('board.none'), yes: t('value.yes'), no: t('value.no') }), [t]);

  const request: ListRequest = useMemo(() => {
    const { select, ...rest } = requestOf(catalog, entity, state);
    const extra = [board.group_by, board.lanes].filter((name): name is string => !!name);
    return { ...rest, select: [...new Set([...(select ?? []), ...extra])] };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- what is asked for does not depend on the record that is open.
  }, [catalog, entity, state.quick, state.conditions, state.sort, state.columns, state.problems, state.filter, board]);

  // What is searched for in passing, or lacks a value for a cause, is told by no expression: groups are then all those there are, and numbers come with the cards.
  const uncounted = !!quick || state.problems;
  const measures = [{ name: 'n', expression: 'count()' }, ...(totalField ? [{ name: 'sum', expression: `sum(${totalField.name})` }] : [])];
  const heads = useQuery({
    queryKey: [...boardKey(entity), 'heads', board.group_by, board.total, request.filter],
    queryFn: ({ signal }) => records.aggregate(entity.name, { group_by: [board.group_by!], measures, filter: request.filter, sort: ['-n'], limit: GROUPS }, signal),
    enabled: !!field,
    placeholderData: keepPreviousData,
  });
  const laneRows = useQuery({
    queryKey: [...boardKey(entity), 'lanes', board.lanes, request.filter],
    queryFn: ({ signal }) => records.aggregate(entity.name, { group_by: [board.lanes!], measures: [{ name: 'n', expression: 'count()' }], filter: request.filter, sort: ['-n'], limit: GROUPS }, signal),
    enabled: !!lanesField,
    placeholderData: keepPreviousData,
  });
  const rows = heads.data?.items;
  const all = useMemo(() => (field && rows ? groupsOf(field, rows, words, true) : []), [field, rows, words]);
  const shown = useMemo(() => all.slice(0, MOST_COLUMNS), [all]);
  const lanes = useMemo(() => (lanesField && laneRows.data ? groupsOf(lanesField, laneRows.data.items, words) : []), [lanesField, laneRows.data, words]);

  const pages = useQueries({
    queries: shown.map((group) => ({
      queryKey: [...boardKey(entity), 'cards', board.group_by, group.key, request, limits[group.key] ?? FIRST],
      queryFn: ({ signal }: { signal: AbortSignal }) => records.query(entity.name, { ...request, filter: bothOf(request.filter, group.filter), limit: limits[group.key] ?? FIRST, ...(uncounted && { count: 'exact' as const }) }, signal),
      placeholderData: keepPreviousData,
    })),
  });
  if (!field) return undefined;
  const head = (group: Group): GroupRow | undefined => rows?.find((row) => keyOf(field, row as RecordData) === group.key);
  const columns = shown.map((group, index): ColumnData => {
    const page = pages[index]!;
    const cards = page.data?.items ?? [];
    const limit = limits[group.key] ?? FIRST;
    return {
      group, cards, pending: page.isPending,
      count: uncounted ? (page.data?.count ?? null) : rows ? Number(head(group)?.n ?? 0) : null,
      total: uncounted ? null : ((head(group)?.sum as string | null | undefined) ?? null),
      more: !!page.data?.next_cursor,
      loadMore: () => { if (page.data?.next_cursor && !page.isFetching) setLimits((now) => ({ ...now, [group.key]: limit + MORE })); },
    };
  });
  const failed = [heads, ...pages].find((query) => query.isError);
  return {
    field, lanesField, totalField, columns, lanes, left: all.length - shown.length,
    isPending: heads.isPending || (!!lanesField && laneRows.isPending),
    isError: !!failed, error: failed?.error,
    refetch: () => { void heads.refetch(); pages.forEach((page) => void page.refetch()); },
  };
}
