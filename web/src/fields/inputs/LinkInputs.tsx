import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useCatalog } from '@/catalog/useCatalog';
import type { Reference } from '@/catalog/types';
import type { InputProps } from '../types';
import { RecordSelect } from './RecordSelect';
import { Unread } from '../unread';
import { RecordsSelect } from './RecordsSelect';

const typedLink = (value: unknown) => (value instanceof Unread ? { value: null, unread: value } : { value: (value as Reference | null) ?? null });

export function LinkField({ id, field, value, onChange, onCommit, error, compact, autoFocus, readOnly }: InputProps) {
  const set = (next: Reference | Unread | null) => { onChange(next); onCommit?.(next); };
  return <RecordSelect id={id} label={field.label} target={field.type === 'user' ? 'user' : (field.target ?? '')} {...typedLink(value)} onChange={set} onUnread={set} error={error} compact={compact} autoFocus={autoFocus} readOnly={readOnly} clearable={!field.required} />;
}

export function LinksField({ id, field, value, onChange, onCommit, error, compact, readOnly }: InputProps) {
  const set = (next: Reference[]) => { onChange(next); onCommit?.(next); };
  return <RecordsSelect id={id} label={field.label} target={field.target ?? ''} value={(value as Reference[] | null) ?? []} onChange={set} error={error} compact={compact} readOnly={readOnly} />;
}

/** A link to one of several kinds: the kind first, then the record. */
export function AnyLinkField({ id, field, value, onChange, onCommit, error, readOnly }: InputProps) {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const link = value instanceof Unread ? null : (value as Reference | null);
  const kinds = (field.targets ?? []).flatMap((name) => catalog.entity(name) ?? []);
  const kind = link?.entity ?? kinds[0]?.name ?? '';
  const set = (next: Reference | null) => { onChange(next); onCommit?.(next); };
  return (
    <div className="row gap-8" style={{ alignItems: 'flex-start' }}>
      <Select aria-label={`${field.label}: ${t('field.kind')}`} w={140} data={kinds.map((entity) => ({ value: entity.name, label: entity.label }))} value={kind} readOnly={readOnly} onChange={(next) => next && onChange({ entity: next, id: '', title: '' })} />
      <div className="grow"><RecordSelect id={id} label={field.label} target={kind} value={link?.id ? link : null} onChange={(next) => set(next ? { ...next, entity: kind } : null)} error={error} readOnly={readOnly} clearable={!field.required} /></div>
    </div>
  );
}
