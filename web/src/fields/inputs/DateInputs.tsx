import '@mantine/dates/styles.css';
import { TextInput } from '@mantine/core';
import { DateInput, DateTimePicker, TimeInput } from '@mantine/dates';
import { IconCalendar, IconClock } from '@tabler/icons-react';
import dayjs from 'dayjs';
import customParse from 'dayjs/plugin/customParseFormat';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '@/i18n';
import { formatDuration, parseDuration } from '../dates';
import type { InputProps } from '../types';

dayjs.extend(customParse);

const FORMATS = { en: 'D MMM YYYY', ru: 'DD.MM.YYYY' } as const;
const TYPED = ['DD.MM.YYYY', 'D.M.YYYY', 'D.M.YY', 'YYYY-MM-DD', 'D/M/YYYY', 'D MMM YYYY', 'D MMMM YYYY', 'D MMM', 'D.M'];

/** A date as people type it, in either language. */
export function parseTypedDate(text: string): string | null {
  const found = dayjs(text.trim(), TYPED, currentLanguage(), true);
  return found.isValid() ? found.format('YYYY-MM-DD') : null;
}

export function DateField({ id, field, value, onChange, onCommit, error, autoFocus, compact, readOnly }: InputProps) {
  const { t } = useTranslation('work');
  const set = (next: string | null) => { onChange(next); onCommit?.(next); };
  return (
    <DateInput id={id} aria-label={compact ? field.label : undefined} value={(value as string | null) ?? null} onChange={set} error={error} autoFocus={autoFocus} readOnly={readOnly} valueFormat={FORMATS[currentLanguage()]} dateParser={parseTypedDate} locale={currentLanguage()}
      clearable={!field.required && !readOnly} clearButtonProps={{ 'aria-label': t('field.clear') }} className={compact ? 'in-cell' : undefined} rightSection={compact || (value && !field.required) ? undefined : <IconCalendar size={15} stroke={1.75} color="var(--text-3)" />} rightSectionPointerEvents={value ? 'all' : 'none'} popoverProps={{ withinPortal: true }} />
  );
}

export function DateTimeField({ id, field, value, onChange, onCommit, error, compact, readOnly }: InputProps) {
  const { t } = useTranslation('work');
  const local = typeof value === 'string' && value ? dayjs(value).format('YYYY-MM-DD HH:mm:ss') : null;
  const set = (next: string | null) => {
    const instant = next ? dayjs(next, 'YYYY-MM-DD HH:mm:ss').toDate().toISOString() : null;
    onChange(instant);
    onCommit?.(instant);
  };
  return (
    <DateTimePicker id={id} aria-label={compact ? field.label : undefined} value={local} onChange={set} error={error} readOnly={readOnly} valueFormat={`${FORMATS[currentLanguage()]} HH:mm`} locale={currentLanguage()} clearable={!field.required && !readOnly} clearButtonProps={{ 'aria-label': t('field.clear') }}
      className={compact ? 'in-cell' : undefined} submitButtonProps={{ 'aria-label': t('common:action.done') }} rightSection={value ? undefined : <IconCalendar size={15} stroke={1.75} color="var(--text-3)" />} />
  );
}

export function TimeField({ id, field, value, onChange, onCommit, error, autoFocus, compact, readOnly }: InputProps) {
  const full = (text: string) => (/^\d{2}:\d{2}$/.test(text) ? `${text}:00` : text || null);
  return (
    <TimeInput id={id} aria-label={compact ? field.label : undefined} value={String(value ?? '').slice(0, 5)} error={error} readOnly={readOnly} autoFocus={autoFocus} className={compact ? 'in-cell' : undefined} rightSection={compact ? undefined : <IconClock size={15} stroke={1.75} color="var(--text-3)" />}
      onChange={(event) => onChange(full(event.currentTarget.value))} onBlur={(event) => onCommit?.(full(event.currentTarget.value))} />
  );
}

export function DurationField({ id, field, value, onChange, onCommit, error, autoFocus, compact, readOnly }: InputProps) {
  const { t } = useTranslation('work');
  const [typed, setTyped] = useState<string | null>(null);
  const [wrong, setWrong] = useState(false);
  const read = (text: string) => (text.trim() ? parseDuration(text) : null);
  return (
    <TextInput id={id} aria-label={compact ? field.label : undefined} value={typed ?? (value ? formatDuration(String(value)) : '')} placeholder={t('field.duration_hint')} readOnly={readOnly} autoFocus={autoFocus} error={error ?? (wrong ? t('field.bad_duration') : undefined)} className={compact ? 'in-cell' : undefined}
      onChange={(event) => { setTyped(event.currentTarget.value); const found = read(event.currentTarget.value); setWrong(found === undefined); if (found !== undefined) onChange(found); }}
      onBlur={() => { if (typed === null) return; const found = read(typed); if (found !== undefined) { setTyped(null); onCommit?.(found); } }} />
  );
}
