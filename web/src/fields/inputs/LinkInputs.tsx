import { Select } from '@mantine/core';
import { useState } from 'react';
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
  return <RecordSelect id={id} label={field.label} target={field.type === 'user' ? 'user' : (field.target ?? '')} of={field} {...typedLink(value)} onChange={set} onUnread={set} error={error} compact={compact} autoFocus={autoFocus} readOnly={readOnly} clearable={!field.required} />;
}

export function LinksField({ id, field, value, onChange, onCommit, error, compact, readOnly }: InputProps) {
  const set = (next: Reference[]) => { onChange(next); onCommit?.(next); };
  return <RecordsSelect id={id} label={field.label} target={field.target ?? ''} of={field} value={(value as Reference[] | null) ?? []} onChange={set} error={error} compact={compact} readOnly={readOnly} />;
}

/** A link to one of several kinds: the kind first, then the record. */
export function AnyLinkField({ id, field, value, onChange, onCommit, error, readOnly }: InputProps) {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const { value: link, unread } = typedLink(value);
  const [chosen, setChosen] = useState<string>();
  const kinds = (field.targets ?? []).flatMap((name) => catalog.entity(name) ?? []);
  const kind = link?.entity ?? chosen ?? kinds[0]?.name ?? '';
  const set = (next: Reference | Unread | null) => {
    setChosen(kind);
    const whole = next === null || next instanceof Unread ? next : { ...next, entity: kind };
    onChange(whole);
    onCommit?.(whole);
  };
  function choose(next: string | null) {
    if (!next || next === kind) return;
    setChosen(next);
    // A record of another kind is none of this one; it is kept until one is chosen.
    if (link || unread) onChange(null);
  }
  return (
    <div className="row gap-8" style={{ alignItems: 'flex-start' }}>
      <Select aria-label={`${field.label}: ${t('field.kind')}`} w={140} data={kinds.map((entity) => ({ value: entity.name, label: entity.label }))} value={kind} readOnly={readOnly} onChange={choose} />
      <div className="grow"><RecordSelect id={id} label={field.label} target={kind} value={link} unread={unread} onChange={set} onUnread={set} error={error} readOnly={readOnly} clearable={!field.required} /></div>
    </div>
  );
}
