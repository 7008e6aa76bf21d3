import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Page, records } from '@/api/records';
import { useCatalog } from '@/catalog/useCatalog';
import type { Field, Reference } from '@/catalog/types';
import { useOfRecord } from '../ofRecord';
import { recordTitle } from '../title';

const NONE = { id: '' } as Field;

async function offered({ entity, field, record, values }: { entity: string; field: string; record?: string; values: Record<string, unknown> }, text: string, signal: AbortSignal): Promise<Page> {
  const page = await records.options(entity, { field, record, values, search: text || undefined, limit: 20 }, signal);
  return { items: (page.items ?? []) as unknown as Page['items'] };
}

/** Records of an entity the words fit, as references; nothing is asked until `active`. Of a field with a condition they are those that may be chosen. */
export function useRecordSearch(target: string, words: string, active: boolean, field?: Field) {
  const entity = useCatalog().entity(target);
  const client = useQueryClient();
  const [quick] = useDebouncedValue(words.trim(), 150);
  const title = entity?.title ?? undefined;
  const record = useOfRecord(field ?? NONE);
  const about = field?.options && record && active ? { entity: record.entity, field: field.name, record: record.id, values: record.unsaved() } : undefined;
  const request = (text: string) => ({
    queryKey: ['records', target, 'pick', text, about],
    queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Page> => about ? offered(about, text, signal) : records.query(target, { select: title ? ['id', title] : ['id'], quick: text || undefined, sort: title ? [title] : undefined, limit: 20 }, signal),
  });
  const found = useQuery({ ...request(quick), enabled: active && !!entity, placeholderData: keepPreviousData });
  const references = (page: Page | undefined): Reference[] => (page?.items ?? []).map((record) => ({ id: record.id, title: about ? String(record.title ?? record.id) : entity ? recordTitle(entity, record) : record.id }));
  return {
    entity, options: references(found.data), loading: found.isFetching, failed: found.isError,
    /** Whether the options are those of the words, and not of what stood there a moment ago. */
    settled: quick === words.trim() && found.isSuccess && !found.isPlaceholderData,
    find: async (text: string) => references(await client.fetchQuery(request(text.trim()))),
  };
}
