import './admin.css';
import { ActionIcon, Button, Select, TextInput } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { IconChevronDown, IconChevronUp, IconShieldCheck } from '@tabler/icons-react';
import { Fragment, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, messagesByField } from '@/api/error';
import { records } from '@/api/records';
import { settings } from '@/api/settings';
import { useCatalog } from '@/catalog/useCatalog';
import type { RecordData, Reference } from '@/catalog/types';
import { formatDateTime } from '@/fields/dates';
import { referenceTitle } from '@/fields/reference';
import { ErrorState } from '@/ui/ErrorState';
import { Avatar } from '@/ui/marks';
import { toast } from '@/ui/toast';
import { AdminTabs } from './AdminTabs';
import { AuditDetails } from './AuditDetails';
import { type AuditFilter, filterOf, NO_FILTER, OPERATIONS } from './audit';

const PAGE = 100;

/** Administration: who did what and when, found by person, what it was about, the act and the time. */
export function AuditPage() {
  const { t } = useTranslation('account');
  const catalog = useCatalog();
  const [filter, setFilter] = useState<AuditFilter>(NO_FILTER);
  const [open, setOpen] = useState<string | null>(null);
  const allowed = catalog.data.rights.administer && !!catalog.entity('audit_event');
  const set = (change: Partial<AuditFilter>) => setFilter((current) => ({ ...current, ...change }));
  const people = useQuery({ queryKey: ['records', 'user', 'audit'], queryFn: ({ signal }) => records.query('user', { select: ['id', 'name', 'email'], sort: ['name'], limit: 1000 }, signal), enabled: allowed });
  const events = useInfiniteQuery({
    queryKey: ['records', 'audit_event', filter],
    queryFn: ({ pageParam, signal }) => records.query('audit_event', { select: ['id', 'at', 'actor', 'operation', 'entity', 'record', 'changes', 'address'], sort: ['-at'], filter: filterOf(filter), limit: PAGE, cursor: pageParam || undefined }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor || undefined,
    enabled: allowed,
  });
  const verify = useMutation({ mutationFn: settings.verifyAudit, onError: (cause) => toast(Object.values(messagesByField(cause))[0] ?? '', { tone: 'bad' }) });
  if (!allowed) return <ErrorState error={new ApiError(403, { title: t('common:state.no_access') })} />;

  const entities = catalog.data.entities.map((entity) => ({ value: entity.id, label: entity.label }));
  const labelOf = (id: unknown) => entities.find((entity) => entity.value === id)?.label ?? (id === 'workspace' ? t('audit.workspace') : String(id ?? ''));
  const personOf = (event: RecordData) => event.actor as Reference | null;
  const wordOf = (event: RecordData) => (OPERATIONS.includes(String(event.operation)) ? t(`audit.operation.${String(event.operation)}`) : String(event.operation));
  const about = (event: RecordData) => (event.entity === 'user' ? people.data?.items.find((person) => person.id === event.record)?.name : undefined) as string | undefined;
  const items = events.data?.pages.flatMap((page) => page.items) ?? [];
  const found = verify.data;
  return (
    <>
      <AdminTabs title={t('audit.title')}><Button variant="default" leftSection={<IconShieldCheck size={15} stroke={1.75} />} loading={verify.isPending} onClick={() => verify.mutate()}>{t('audit.verify')}</Button></AdminTabs>
      <div className="bar audit-bar">
        <Select aria-label={t('audit.person')} placeholder={t('audit.person')} searchable clearable clearButtonProps={{ 'aria-label': t('work:field.clear') }} data={(people.data?.items ?? []).map((person) => ({ value: person.id, label: String(person.name || person.email) }))} value={filter.person} onChange={(person) => set({ person })} />
        <Select aria-label={t('audit.entity')} placeholder={t('audit.entity')} searchable clearable clearButtonProps={{ 'aria-label': t('work:field.clear') }} data={entities} value={filter.entity} onChange={(entity) => set({ entity })} />
        <Select aria-label={t('audit.act')} placeholder={t('audit.act')} searchable clearable clearButtonProps={{ 'aria-label': t('work:field.clear') }} data={OPERATIONS.map((value) => ({ value, label: t(`audit.operation.${value}`) }))} value={filter.operation} onChange={(operation) => set({ operation })} />
        <TextInput type="date" aria-label={t('audit.from')} value={filter.from} onChange={(event) => set({ from: event.currentTarget.value })} />
        <TextInput type="date" aria-label={t('audit.to')} value={filter.to} onChange={(event) => set({ to: event.currentTarget.value })} />
      </div>
      {found && (
        <div className={found.findings.length ? 'audit-found bad' : 'audit-found'} role="status">
          <span className="medium">{found.findings.length ? t('audit.broken') : t('audit.whole', { count: found.sealed })}</span>
          {found.findings.map((finding, index) => <div key={index}>{finding.message}</div>)}
        </div>
      )}
      {events.isError && <ErrorState error={events.error} retry={() => void events.refetch()} />}
      <div className="users" role="table" tabIndex={0} aria-label={t('audit.title')}>
        <div role="row" className="audit-row user-head"><span role="columnheader">{t('audit.at')}</span><span role="columnheader">{t('audit.person')}</span><span role="columnheader">{t('audit.act')}</span><span role="columnheader">{t('audit.entity')}</span><span role="columnheader">{t('audit.address')}</span><span role="columnheader" aria-label={t('audit.details')} /></div>
        {items.map((event) => {
          const person = personOf(event);
          return (
            <Fragment key={event.id}>
            <div role="row" className="audit-row">
              <span role="cell" className="numbers muted">{formatDateTime(String(event.at))}</span>
              <span role="cell" className="row gap-8">{person ? <><Avatar name={referenceTitle(person)} size={22} /><span className="ellipsis">{referenceTitle(person)}</span></> : <span className="dim">{t('audit.nobody')}</span>}</span>
              <span role="cell" className="medium">{wordOf(event)}</span>
              <span role="cell" className="ellipsis">{labelOf(event.entity)}{about(event) ? `: ${about(event)}` : ''}</span>
              <span role="cell" className="dim numbers">{String(event.address ?? '')}</span>
              <span role="cell"><ActionIcon aria-label={t('audit.details')} aria-expanded={open === event.id} onClick={() => setOpen(open === event.id ? null : event.id)}>{open === event.id ? <IconChevronUp size={16} stroke={1.75} /> : <IconChevronDown size={16} stroke={1.75} />}</ActionIcon></span>
            </div>
            {open === event.id && <div role="row" className="audit-details"><div role="cell"><AuditDetails event={event} /></div></div>}
            </Fragment>
          );
        })}
      </div>
      {events.data && items.length === 0 && <p className="muted" style={{ padding: 16 }}>{t('audit.none')}</p>}
      {events.hasNextPage && <div style={{ padding: 12 }}><Button variant="default" loading={events.isFetchingNextPage} onClick={() => void events.fetchNextPage()}>{t('audit.more')}</Button></div>}
    </>
  );
}
