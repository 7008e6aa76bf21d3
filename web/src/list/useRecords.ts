import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type ListRequest, type Page, records } from '@/api/records';
import type { Catalog } from '@/catalog/catalog';
import type { Entity, RecordData } from '@/catalog/types';
import { shownPaths } from './columns';
import { composeFilter } from './filter/compose';
import { bothOf, type ListState } from './state';

const PAGE = 100;

/** What is asked for: the visible columns, and what rows need to be opened, edited and told apart. */
export function requestOf(catalog: Catalog, entity: Entity, state: ListState): ListRequest {
  const select = new Set(['id', ...(entity.dataset ? [] : ['version']), ...(entity.title ? [entity.title] : []), ...shownPaths(state), ...(state.problems ? ['_problems'] : [])]);
  return {
    select: [...select],
    filter: bothOf(state.filter, composeFilter(catalog, entity.name, state.conditions)),
    sort: state.sort.length ? state.sort : state.bin ? ['-deleted_at'] : undefined,
    quick: state.quick.trim() || undefined,
    ...(state.bin && { deleted: true }),
    ...(state.problems && { with_problems: true }),
  };
}

/** Pages of a list by cursor, one after another; the first also counts. */
export function useRecords(catalog: Catalog, entity: Entity, state: ListState) {
  const client = useQueryClient();
  const { quick, conditions, sort, columns, bin, problems, filter } = state;
  // eslint-disable-next-line react-hooks/exhaustive-deps -- what is asked for does not depend on the row that is open.
  const request = useMemo(() => requestOf(catalog, entity, state), [catalog, entity, quick, conditions, sort, columns, bin, problems, filter]);
  const key = useMemo(() => ['records', entity.name, 'list', request], [entity.name, request]);
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => records.query(entity.name, { ...request, limit: PAGE, ...(pageParam ? { cursor: pageParam } : { count: 'exact' as const }) }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    // Other ways read what they show by themselves.
    enabled: state.layout.form === 'grid' || state.bin,
  });
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);

  /** Changes rows already read, before the server has answered. Gives back the way to undo it. */
  function patchRows(change: (record: RecordData) => RecordData | null): () => void {
    const before = client.getQueryData(key);
    client.setQueryData(key, (data: { pages: Page[]; pageParams: unknown[] } | undefined) => data && { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.flatMap((item) => change(item) ?? []) })) });
    return () => client.setQueryData(key, before);
  }
  return { ...query, rows, count: query.data?.pages[0]?.count ?? null, asOf: query.data?.pages[0]?.as_of, patchRows };
}
