import { useQuery } from '@tanstack/react-query';
import { records } from '@/api/records';
import { useCatalog } from '@/catalog/useCatalog';
import type { Reference } from '@/catalog/types';
import { recordTitle } from '@/fields/title';
import { quote } from '@/list/filter/compose';

const ID = /^[0-9a-f-]{36}$/i;

/** What records are called, by their identities: the address knows no more of them. */
export function useTitles(target: string | undefined, ids: string[]): Reference[] {
  const entity = useCatalog().entity(target);
  const asked = [...new Set(ids.filter((id) => ID.test(id)))].sort();
  const found = useQuery({
    queryKey: ['records', target, 'titles', asked],
    queryFn: ({ signal }) => records.query(target!, { select: entity?.title ? ['id', entity.title] : ['id'], filter: `id in [${asked.map(quote).join(', ')}]`, limit: 100 }, signal),
    enabled: !!entity && asked.length > 0, staleTime: 300_000, retry: false,
  });
  const titles = new Map((found.data?.items ?? []).map((record) => [record.id, entity ? recordTitle(entity, record) : null]));
  return ids.map((id) => ({ id, title: titles.get(id) ?? null, ...(target && { entity: target }) }));
}
