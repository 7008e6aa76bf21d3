import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Page, records } from '@/api/records';
import { useCatalog } from '@/catalog/useCatalog';
import type { Reference } from '@/catalog/types';
import { recordTitle } from '../title';

/** Records of an entity the words fit, as references; nothing is asked until `active`. */
export function useRecordSearch(target: string, words: string, active: boolean) {
  const entity = useCatalog().entity(target);
  const client = useQueryClient();
  const [quick] = useDebouncedValue(words.trim(), 150);
  const title = entity?.title ?? undefined;
  const request = (text: string) => ({
    queryKey: ['records', target, 'pick', text],
    queryFn: ({ signal }: { signal: AbortSignal }) => records.query(target, { select: title ? ['id', title] : ['id'], quick: text || undefined, sort: title ? [title] : undefined, limit: 20 }, signal),
  });
  const found = useQuery({ ...request(quick), enabled: active && !!entity, placeholderData: keepPreviousData });
  const references = (page: Page | undefined): Reference[] => (page?.items ?? []).map((record) => ({ id: record.id, title: entity ? recordTitle(entity, record) : record.id }));
  return {
    entity, options: references(found.data), loading: found.isFetching, failed: found.isError,
    /** Whether the options are those of the words, and not of what stood there a moment ago. */
    settled: quick === words.trim() && found.isSuccess && !found.isPlaceholderData,
    find: async (text: string) => references(await client.fetchQuery(request(text.trim()))),
  };
}
