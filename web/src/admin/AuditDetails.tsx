import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { records } from '@/api/records';
import { ChangeLine } from '@/card/History';
import { useCatalog } from '@/catalog/useCatalog';
import type { Entity, RecordData } from '@/catalog/types';

const OF_RECORDS = ['create', 'update', 'delete', 'restore'];
/** What only programs read. */
const HIDDEN = ['job', 'token', 'deleted'];

/** The changes as history tells them, which knows the titles of links. */
function RecordChanges({ entity, event }: { entity: Entity; event: RecordData }) {
  const { t } = useTranslation('account');
  const id = String(event.record);
  const history = useQuery({ queryKey: ['history', entity.name, id], queryFn: () => records.history(entity.name, id), retry: false });
  if (history.isPending) return <span className="dim">…</span>;
  const changes = history.data?.items.find((item) => item.at === event.at)?.changes;
  return (
    <>
      {changes ? changes.map((change, index) => <ChangeLine key={index} entity={entity} change={change} />) : <span className="dim">{t('audit.not_told')}</span>}
      {event.operation !== 'delete' && history.data && <Link className="primary medium" to="/e/$entity/$id" params={{ entity: entity.name, id }}>{t('audit.open_record')}</Link>}
    </>
  );
}

/** What was written down with an event: the changes of its record by field, else each fact by itself. */
export function AuditDetails({ event }: { event: RecordData }) {
  const { t, i18n } = useTranslation('account');
  const catalog = useCatalog();
  const entity = catalog.data.entities.find((one) => one.id === event.entity);
  if (entity && typeof event.record === 'string' && OF_RECORDS.includes(String(event.operation))) return <RecordChanges entity={entity} event={event} />;
  const worded = (word: string) => (i18n.exists(`account:audit.word.${word}`) ? t(`audit.word.${word}`) : word);
  const labelOf = (name: unknown) => entity?.fields.find((field) => field.name === name || field.id === name)?.label ?? String(name);
  const words = (key: string, value: unknown): string => {
    if (Array.isArray(value)) return value.map((item) => (['select', 'fields'].includes(key) ? labelOf(item) : words('', item))).join(', ');
    return typeof value === 'object' && value !== null ? Object.entries(value).filter(([, inner]) => inner !== null).map(([name, inner]) => `${name}: ${words('', inner)}`).join(', ') : worded(String(value));
  };
  const lines: [string, string][] = Array.isArray(event.changes)
    ? (event.changes as Record<string, unknown>[]).map((change) => ('field' in change ? [String(change.field), `${words('', change.from ?? '—')} → ${words('', change.to ?? '—')}`] : [String(change.name), [change.kind, change.change].map((word) => worded(String(word))).join(', ')]))
    : Object.entries((event.changes ?? {}) as Record<string, unknown>).filter(([key, value]) => value !== null && !HIDDEN.includes(key)).map(([key, value]) => [i18n.exists(`account:audit.fact.${key}`) ? t(`audit.fact.${key}`) : key, words(key, value)]);
  if (lines.length === 0) return <span className="dim">{t('audit.no_details')}</span>;
  return <dl className="audit-facts">{lines.map(([name, text], index) => <div key={index}><dt className="muted">{name}</dt><dd>{text}</dd></div>)}</dl>;
}
