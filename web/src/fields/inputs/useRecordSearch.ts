import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { records } from '@/api/records';
import { useCatalog } from '@/catalog/useCatalog';
import type { Reference } from '@/catalog/types';
import { recordTitle } from '../title';

/** Records of an entity the words fit, as references; nothing is asked until `active`. */
export function useRecordSearch(target: string, words: string, active: boolean) {
  const entity = useCatalog().entity(target);
  const [quick] = useDebouncedValue(words.trim(), 150);
  const title = entity?.title ?? undefined;
  const found = useQuery({
    queryKey: ['records', target, 'pick', quick],
    queryFn: ({ signal }) => records.query(target, { select: title ? ['id', title] : ['id'], quick: quick || undefined, sort: title ? [title] : undefined, limit: 20 }, signal),
    enabled: active && !!entity,
    placeholderData: keepPreviousData,
  });
  const options: Reference[] = (found.data?.items ?? []).map((record) => ({ id: record.id, title: entity ? recordTitle(entity, record) : record.id }));
  return { entity, options, loading: found.isFetching, failed: found.isError };
}
