import './search.css';
import { Button, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { findRecords, type Hit } from '@/api/search';
import { useCatalog } from '@/catalog/useCatalog';
import type { Entity } from '@/catalog/types';
import { EmptyState } from '@/ui/EmptyState';
import { EntityIcon } from '@/ui/EntityIcon';
import { ErrorState } from '@/ui/ErrorState';
import { MarkedText } from '@/ui/MarkedText';
import { Mark } from '@/ui/marks';

const PAGE = 50;

function HitRow({ entity, hit }: { entity: Entity; hit: Hit }) {
  const { t } = useTranslation('work');
  const field = entity.fields.find((item) => item.name === hit.field);
  const title = hit.title ?? t('search.untitled', { label: entity.label });
  return (
    <Link to="/e/$entity/$id" params={{ entity: entity.name, id: hit.id }} className="search-hit">
      <Mark name={title} size={22} />
      <span className="grow" style={{ minWidth: 0 }}>
        <span className="strong"><MarkedText text={title} marks={hit.title ? hit.title_marks : []} /></span>
        {hit.snippet && <span className="snippet" style={{ display: 'block' }}>{field && <span className="dim">{field.label}: </span>}<MarkedText text={hit.snippet} marks={hit.marks} /></span>}
      </span>
    </Link>
  );
}

/** Everything that words find, grouped by what it is; the group of the best hit comes first. */
export function SearchPage() {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const navigate = useNavigate();
  const { q = '', in: only = '' } = useSearch({ strict: false }) as { q?: string; in?: string };
  const [words, setWords] = useState(q);
  useEffect(() => setWords(q), [q]);
  const go = (change: { q?: string; in?: string }) => void navigate({ to: '/search', search: { q, in: only || undefined, ...change }, replace: true });
  const apply = useDebouncedCallback((text: string) => go({ q: text }), 250);
  const asked = q.trim();
  const query = useInfiniteQuery({
    queryKey: ['search', asked, only],
    queryFn: ({ pageParam, signal }) => findRecords(asked, { entities: only || undefined, limit: PAGE, cursor: pageParam || undefined }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    enabled: asked.length > 0,
    placeholderData: keepPreviousData,
  });
  const groups = useMemo(() => {
    const found = new Map<string, Hit[]>();
    for (const hit of query.data?.pages.flatMap((page) => page.items) ?? []) found.set(hit.entity, [...(found.get(hit.entity) ?? []), hit]);
    return [...found].flatMap(([name, hits]) => { const entity = catalog.entity(name); return entity ? [{ entity, hits }] : []; });
  }, [query.data, catalog]);
  const chosen = only ? catalog.entity(only) : undefined;
  const body = () => {
    if (!asked) return <EmptyState icon="search" title={t('search.start')} text={t('search.start_text')} />;
    if (query.isError) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
    if (!query.isPending && !groups.length) return <EmptyState icon="search" title={t('search.nothing', { words: asked })} text={t('search.nothing_text')} />;
    return (
      <>
        {groups.map(({ entity, hits }) => (
          <section key={entity.name} className="search-group" aria-label={entity.plural}>
            <h2 className="row gap-8 section-title"><EntityIcon name={entity.icon} size={16} color="var(--primary)" />{entity.plural}<span className="count numbers">{hits.length}{query.hasNextPage ? '+' : ''}</span></h2>
            {hits.map((hit) => <HitRow key={hit.id} entity={entity} hit={hit} />)}
          </section>
        ))}
        {query.hasNextPage && <Button variant="default" mt={16} loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('search.more')}</Button>}
      </>
    );
  };
  return (
    <>
      <div className="top-bar"><IconSearch size={18} stroke={1.75} color="var(--primary)" /><h1 className="strong" style={{ fontSize: 15 }}>{t('search.title')}</h1></div>
      <div className="search-page">
        <TextInput type="search" size="md" autoFocus aria-label={t('search.words')} placeholder={t('search.words')} value={words} leftSection={<IconSearch size={16} stroke={1.75} />} onChange={(event) => { setWords(event.currentTarget.value); apply(event.currentTarget.value); }} />
        {(chosen || groups.length > 1) && (
          <div className="search-kinds" role="group" aria-label={t('search.where')}>
            <Button size="compact-sm" variant={chosen ? 'default' : 'light'} aria-pressed={!chosen} onClick={() => go({ in: undefined })}>{t('search.everywhere')}</Button>
            {(chosen ? [chosen] : groups.map((group) => group.entity)).map((entity) => <Button key={entity.name} size="compact-sm" variant={chosen ? 'light' : 'default'} aria-pressed={!!chosen} onClick={() => go({ in: entity.name })}>{entity.plural}</Button>)}
          </div>
        )}
        <div aria-live="polite" aria-busy={query.isFetching}>{body()}</div>
      </div>
    </>
  );
}
