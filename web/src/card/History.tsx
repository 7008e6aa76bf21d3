import { useQuery } from '@tanstack/react-query';
import { IconArrowRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type Change, type HistoryItem, records } from '@/api/records';
import { writeJson } from '@/api/json';
import { useCatalog } from '@/catalog/useCatalog';
import type { Entity, Field } from '@/catalog/types';
import { formatClock, formatDateTime, formatDay } from '@/fields/dates';
import { referenceTitle } from '@/fields/reference';
import { FieldValue } from '@/fields/FieldValue';
import { isEmpty } from '@/fields/mapping';
import { ErrorState } from '@/ui/ErrorState';
import { Avatar } from '@/ui/marks';

const SHOWN = 12;

function Side({ field, value }: { field: Field | undefined; value: unknown }) {
  const { t } = useTranslation('work');
  if (isEmpty(value)) return <span className="dim">{t('history.empty')}</span>;
  if (field?.type === 'json') return <span className="ellipsis" title={writeJson(value, 2)}>{writeJson(value)}</span>;
  if (!field || (typeof value === 'object' && field.type === 'children')) return <span className="ellipsis">{typeof value === 'object' ? t('history.lines', { count: Array.isArray(value) ? value.length : 1 }) : String(value)}</span>;
  return <FieldValue field={field} value={value} inRow />;
}

/** One field of a change, from what to what. */
export function ChangeLine({ entity, change }: { entity: Entity; change: Change }) {
  const field = entity.fields.find((item) => item.name === change.field || item.id === change.field);
  return (
    <div className="history-change">
      <span className="muted history-field">{field?.label ?? change.field}</span>
      <span className="row gap-6 history-values"><Side field={field} value={change.from} /><IconArrowRight size={13} stroke={1.75} color="var(--text-3)" /><Side field={field} value={change.to} /></span>
    </div>
  );
}

function Entry({ entity, item, last }: { entity: Entity; item: HistoryItem; last: boolean }) {
  const { t } = useTranslation('work');
  const name = item.by ? referenceTitle(item.by) : t('history.system');
  const known = ['create', 'update', 'delete', 'restore'].includes(item.operation) ? item.operation : 'update';
  const changes = known === 'create' ? [] : item.changes;
  return (
    <li className="history-item">
      {!last && <span className="history-thread" />}
      <Avatar name={name} size={23} />
      <div className="grow" style={{ paddingTop: 1 }}>
        <span className="medium">{name}</span> <span className="muted">{t(`history.${known}`)}</span>
        {changes.slice(0, SHOWN).map((change, index) => <ChangeLine key={index} entity={entity} change={change} />)}
        {changes.length > SHOWN && <div className="dim size-12">{t('history.more', { count: changes.length - SHOWN })}</div>}
      </div>
      <time className="size-12 dim numbers nowrap" style={{ paddingTop: 3 }} dateTime={item.at} title={formatDateTime(item.at)}>{formatClock(new Date(item.at))}</time>
    </li>
  );
}

/** Who changed what, from what to what, newest first, by days. */
export function History({ entity, id, limit }: { entity: Entity; id: string; limit?: number }) {
  const { t } = useTranslation('work');
  useCatalog();
  const query = useQuery({ queryKey: ['history', entity.name, id], queryFn: () => records.history(entity.name, id) });
  if (query.isError) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return null;
  const items = [...query.data.items].sort((a, b) => b.at.localeCompare(a.at)).slice(0, limit);
  if (items.length === 0) return <div className="dim">{t('history.nothing')}</div>;
  const days = new Map<string, HistoryItem[]>();
  for (const item of items) days.set(formatDay(item.at), [...(days.get(formatDay(item.at)) ?? []), item]);
  return (
    <>
      {[...days].map(([day, entries]) => (
        <div key={day}>
          <div className="size-11 strong dim" style={{ marginBottom: 8 }}>{day}</div>
          <ul className="history">{entries.map((item, index) => <Entry key={`${item.at}-${index}`} entity={entity} item={item} last={index === entries.length - 1} />)}</ul>
        </div>
      ))}
    </>
  );
}
