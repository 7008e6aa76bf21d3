import { useQueries } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useCatalog } from '@/catalog/useCatalog';
import { currentLocale } from '@/i18n';
import { costWords, perRecord } from '../../model/cost';
import type { Cost } from '../../state/api';
import { useStudio } from '../../state/StudioProvider';

/** What a formula costs, in words: what it reads, and which changes write it. */
export function CostText({ entity, cost }: { entity: string; cost: Cost }) {
  const { t } = useTranslation('studio');
  const { draftCatalog, entityLabel } = useStudio();
  const counts = useCounts([entity, ...cost.reads.filter((way) => way.many).flatMap((way) => way.entity ?? [])]);
  const catalog = draftCatalog();
  const { head, writers, notes } = costWords(cost, entity, { catalog, entityLabel, t });
  const sizes = cost.written_by.length ? [] : perRecord(cost, entity, counts, { catalog, entityLabel, t }, currentLocale());
  return (
    <div className="cost" role="note" aria-label={t('cost.title')}>
      <p className="hint">{head}</p>
      {sizes.length > 0 && <ul className="hint cost-list">{sizes.map((line) => <li key={line}>{line}</li>)}</ul>}
      {writers.length > 0 && <ul className="hint cost-list">{writers.map((line) => <li key={line}>{line}</li>)}</ul>}
      {notes.map((note) => <p key={note} className="hint">{note}</p>)}
    </div>
  );
}

/** How many records there are of entities, as far as the analyst may read them. */
function useCounts(names: string[]): Map<string, number> {
  const catalog = useCatalog();
  const known = [...new Set(names)].filter((name) => catalog.entity(name)?.operations.read);
  const found = useQueries({
    queries: known.map((name) => ({
      queryKey: ['records', name, 'about'],
      queryFn: () => api.get<{ count?: number }>(`/api/records/${name}`, { limit: 1, select: 'id', count: 'estimated' }),
      staleTime: 60_000,
      retry: false,
    })),
  });
  return new Map(known.flatMap((name, at) => { const count = found[at]?.data?.count; return count === undefined ? [] : [[name, count] as const]; }));
}
