import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { records } from '@/api/records';
import type { Catalog } from '@/catalog/catalog';
import type { Entity } from '@/catalog/types';
import { bothOf, type ListState } from '../state';
import { requestOf } from '../useRecords';
import { type Dated, itemOf, rangeFilter } from './items';

/** Records that are read of what is seen; more than these nobody tells apart. */
export const MOST = 2_000;

export const itemsKey = (entity: Entity) => ['records', entity.name, 'dated'];

/** Reads what lies in the days that are seen, by one request. `to` is the day after the last. */
export function useItems(catalog: Catalog, entity: Entity, state: ListState, dated: Dated | undefined, from: Date, to: Date, also: string[] = []) {
  const range = dated && rangeFilter(dated, from, to);
  const extra = [dated?.start, dated?.end, dated?.colorBy].flatMap((field) => field?.name ?? []).concat(also).join(',');
  const request = useMemo(() => {
    const { select, filter, ...rest } = requestOf(catalog, entity, state);
    return { ...rest, select: [...new Set([...(select ?? []), ...extra.split(',')])], filter: bothOf(filter, range), sort: dated && [dated.start.name], limit: MOST };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- what is asked for does not depend on the record that is open.
  }, [catalog, entity, state.quick, state.conditions, state.columns, state.problems, state.filter, extra, range]);
  const whole = useMemo(() => requestOf(catalog, entity, state).filter, [catalog, entity, state]);
  const query = useQuery({ queryKey: [...itemsKey(entity), request], queryFn: ({ signal }) => records.query(entity.name, request, signal), enabled: !!dated, placeholderData: keepPreviousData });
  const page = query.data;
  const items = useMemo(() => (dated && page ? page.items.flatMap((record) => itemOf(dated, entity, record) ?? []) : []), [dated, entity, page]);
  return { ...query, items, more: !!page?.next_cursor, whole };
}
