import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { IconList, IconPlus } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { records } from '@/api/records';
import { useCatalog } from '@/catalog/useCatalog';
import type { Entity, Field } from '@/catalog/types';
import { FieldValue } from '@/fields/FieldValue';
import { recordTitle } from '@/fields/title';
import { columnsOf, templateOf } from '@/list/columns';
import { quote } from '@/list/filter/compose';
import { conditionsToText } from '@/list/filter/model';
import { MobileRow, phoneFields } from '@/list/MobileRow';
import { bothOf, defaultColumns } from '@/list/state';
import { newLabel, wordsOf } from '@/shell/words';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorState } from '@/ui/ErrorState';
import '@/list/list.css';
import { relatedFilter } from './related';

const CreateModal = lazy(() => import('./CreateModal'));
const SHOWN = 50;
const COLUMNS = 5;

interface Props {
  field: Field;
  owner: { id: string };
  ownerTitle: string;
  /** The records themselves, where nothing of theirs leads back. */
  ids?: string[];
  /** What a form chose: columns, a condition beside, an order, and how many. */
  columns?: string[];
  filter?: string;
  sort?: string[];
  limit?: number;
  /** Whether they hang on another record than that of the card: none is made from here. */
  isFar?: boolean;
  /** Whether there is room for rows of one value only. */
  narrow?: boolean;
  /** Whether it is one part among others: what is empty says so in a line. */
  isPart?: boolean;
}

/** The columns of related records where no form chooses them. */
export const relatedColumns = (entity: Entity, field: Field): string[] => defaultColumns(entity).filter((path) => path !== field.inverse).slice(0, COLUMNS);

/** Records that point here, as a short table; the whole of it opens as a list with the filter. */
export function RelatedList({ field, owner, ownerTitle, ids, columns: chosen, filter: own, sort, limit = SHOWN, isFar = false, narrow = false, isPart = false }: Props) {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const navigate = useNavigate();
  const entity = catalog.entity(field.target);
  const [creating, setCreating] = useState(false);
  const mobile = useMediaQuery('(max-width: 767px)', window.innerWidth < 768) || narrow;
  const theirs = ids ? `id in [${ids.map(quote).join(', ')}]` : relatedFilter(catalog, field, owner.id);
  const filter = theirs && bothOf(theirs, own);
  const paths = useMemo(() => chosen?.filter((path) => entity && catalog.path(entity.name, path)) ?? (entity ? relatedColumns(entity, field) : []), [catalog, chosen, entity, field.inverse]);
  const request = { select: [...new Set(['id', ...(entity?.title ? [entity.title] : []), ...paths])], filter, sort: sort?.length ? sort : undefined, limit, count: 'exact' as const };
  const query = useQuery({ queryKey: ['records', field.target, 'related', request], queryFn: ({ signal }) => records.query(field.target!, request, signal), enabled: !!entity && !!filter && ids?.length !== 0 });
  if (!entity) return null;
  if (query.isError) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  const rows = query.data?.items ?? [];
  const isEmpty = (query.isSuccess || ids?.length === 0) && rows.length === 0;
  const columns = columnsOf(catalog, entity, paths, {}, false);
  const far = catalog.field(entity.name, field.inverse ?? '');
  const reference = { id: owner.id, title: ownerTitle };
  const mayCreate = entity.operations.create && !entity.read_only && !isFar && !ids && far?.type !== 'inverse';
  const isPlain = far && !own && ['link', 'user'].includes(far.type);
  const condition = isPlain ? `f=${encodeURIComponent(conditionsToText([{ path: far.name, operator: 'any', value: [reference] }]) ?? '')}` : new URLSearchParams({ where: filter ?? '', behind: own ? `${field.label}: ${ownerTitle}` : ownerTitle }).toString();
  const list = `/e/${entity.name}?${condition}${sort?.length ? `&sort=${encodeURIComponent(sort.join(','))}` : ''}`;
  const create = mayCreate && <Button variant="default" size="xs" leftSection={<IconPlus size={15} stroke={1.75} />} onClick={() => setCreating(true)}>{newLabel(entity)}</Button>;
  return (
    <div className="card related-list" style={{ overflow: 'hidden' }}>
      <div className="row between related-bar">
        <h2 className="section-title">{field.label} {query.data && <span className="dim medium numbers">{query.data.count}</span>}</h2>
        <span className="row gap-4" style={{ flexWrap: 'wrap' }}>{rows.length > 0 && <Button variant="subtle" size="xs" component={Link} to={list} leftSection={<IconList size={15} stroke={1.75} />}>{t('card.as_list')}</Button>}{(rows.length > 0 || isPart) && create}</span>
      </div>
      {isEmpty && isPart && <div className="related-none dim">{t('form.nothing')}</div>}
      {isEmpty && !isPart && <EmptyState icon={entity.icon} title={t('list.empty', wordsOf(entity))}>{create}</EmptyState>}
      {mobile && rows.map((row) => <MobileRow key={row.id} entity={entity} record={row} fields={phoneFields(catalog, entity, paths)} onOpen={() => void navigate({ to: '/e/$entity/$id', params: { entity: entity.name, id: row.id } })} />)}
      {!mobile && rows.length > 0 && (
        <div role="table" aria-label={field.label} style={{ overflowX: 'auto' }}>
          <div role="row" className="grid-head related-head" style={{ gridTemplateColumns: templateOf(columns).replace(/^\d+px/, '8px') }}><span />{columns.map((column) => <span role="columnheader" key={column.path} className={column.right ? 'grid-cell right' : 'grid-cell'}>{column.labels.join(' › ')}</span>)}</div>
          {rows.map((row) => (
            <div role="row" key={row.id} className="related-line" style={{ gridTemplateColumns: templateOf(columns).replace(/^\d+px/, '8px') }} onClick={() => void navigate({ to: '/e/$entity/$id', params: { entity: entity.name, id: row.id } })}>
              <span />
              {columns.map((column) => <span role="cell" key={column.path} className={`grid-cell${column.right ? ' right numbers' : ''}`}>{column.title ? <Link className="medium ellipsis" to="/e/$entity/$id" params={{ entity: entity.name, id: row.id }}>{recordTitle(entity, row)}</Link> : <FieldValue field={column.field} value={row[column.path]} inRow avatarOnly={column.person && column.width <= 56} />}</span>)}
            </div>
          ))}
        </div>
      )}
      {(query.data?.count ?? 0) > rows.length && <Link to={list} className="related-all primary medium">{t('form.show_all', { count: query.data!.count! })}</Link>}
      {creating && <Suspense fallback={null}><CreateModal entity={entity} initial={far ? { [far.name]: far.type === 'links' ? [reference] : reference } : {}} onClose={() => setCreating(false)} onCreated={() => { setCreating(false); void query.refetch(); }} /></Suspense>}
    </div>
  );
}
