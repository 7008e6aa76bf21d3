import { PasswordInput, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { parseJson, writeJson } from '@/api/json';
import type { InputProps } from '../types';
import { useTyped } from './useTyped';

const KINDS: Partial<Record<InputProps['field']['type'], string>> = { email: 'email', phone: 'tel', url: 'url' };

export function TextField({ id, field, value, onChange, onCommit, error, autoFocus, compact, readOnly }: InputProps) {
  return (
    <TextInput id={id} aria-label={compact ? field.label : undefined} type={KINDS[field.type] ?? 'text'} inputMode={KINDS[field.type] as 'tel' | undefined} value={String(value ?? '')} error={error} readOnly={readOnly}
      maxLength={field.max_length ?? undefined} autoFocus={autoFocus} data-autofocus={autoFocus || undefined} className={compact ? 'in-cell' : undefined}
      onChange={(event) => onChange(event.currentTarget.value)} onBlur={(event) => onCommit?.(event.currentTarget.value.trim() || null)} onKeyDown={(event) => event.key === 'Enter' && !compact && event.currentTarget.blur()} />
  );
}

export function LongTextField({ id, field, value, onChange, onCommit, error, autoFocus, compact, readOnly }: InputProps) {
  return (
    <Textarea id={id} aria-label={compact ? field.label : undefined} value={String(value ?? '')} error={error} autoFocus={autoFocus} readOnly={readOnly} autosize minRows={compact ? 1 : 3} maxRows={12} maxLength={field.max_length ?? undefined}
      className={compact ? 'in-cell' : undefined} onChange={(event) => onChange(event.currentTarget.value)} onBlur={(event) => onCommit?.(event.currentTarget.value || null)} />
  );
}

/** A secret is written, never read: only whether there is one. */
export function SecretField({ id, field, value, onChange, onCommit, error, compact }: InputProps) {
  const { t } = useTranslation('work');
  const [typed, setTyped] = useState('');
  const kept = typeof value === 'object' && value !== null;
  return (
    <PasswordInput id={id} aria-label={compact ? field.label : undefined} value={typed} error={error} autoComplete="new-password" placeholder={kept ? t('field.secret_kept') : ''} visibilityToggleButtonProps={{ 'aria-label': t('signin.show_password') }}
      onChange={(event) => { setTyped(event.currentTarget.value); onChange(event.currentTarget.value); }} onBlur={() => typed && onCommit?.(typed)} />
  );
}

export function JsonField({ id, field, value, onChange, onCommit, error, readOnly }: InputProps) {
  const { t } = useTranslation('work');
  const read = (text: string) => {
    try {
      return parseJson(text);
    } catch {
      return undefined;
    }
  };
  const typing = useTyped({ value, onChange, onCommit }, { show: (json) => (json === null || json === undefined ? '' : writeJson(json, 2)), read, problem: t('field.bad_json') });
  return (
    <Textarea id={id} value={typing.text} error={typing.problem ?? error} readOnly={readOnly} autosize minRows={3} maxRows={16} spellCheck={false} aria-label={field.label} styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 } }}
      onChange={(event) => typing.change(event.currentTarget.value)} onBlur={typing.leave} />
  );
}
