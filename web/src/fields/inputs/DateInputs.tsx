import '@mantine/dates/styles.css';
import { Popover, TextInput } from '@mantine/core';
import { DatePicker, DateTimePicker, TimeInput } from '@mantine/dates';
import { IconCalendar, IconClock, IconX } from '@tabler/icons-react';
import dayjs from 'dayjs';
import customParse from 'dayjs/plugin/customParseFormat';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '@/i18n';
import { formatDuration, parseDuration } from '../dates';
import type { InputProps } from '../types';
import { useTyped } from './useTyped';

dayjs.extend(customParse);

const FORMATS = { en: 'D MMM YYYY', ru: 'DD.MM.YYYY' } as const;
const TYPED = ['DD.MM.YYYY', 'D.M.YYYY', 'D.M.YY', 'YYYY-MM-DD', 'D/M/YYYY', 'D MMM YYYY', 'D MMMM YYYY', 'D MMM', 'D.M'];

/** A date as people type it, in either language. */
export function parseTypedDate(text: string): string | null {
  const found = dayjs(text.trim(), TYPED, currentLanguage(), true);
  return found.isValid() ? found.format('YYYY-MM-DD') : null;
}

/** A date is typed or picked; what is no date stays as it was typed until it is mended. */
export function DateField({ id, field, value, onChange, onCommit, error, autoFocus, compact, readOnly }: InputProps) {
  const { t } = useTranslation('work');
  const [opened, setOpened] = useState(false);
  const show = (date: unknown) => (date ? dayjs(String(date)).locale(currentLanguage()).format(FORMATS[currentLanguage()]) : '');
  const typing = useTyped({ value, onChange, onCommit }, { show, read: (text) => parseTypedDate(text) ?? undefined, problem: t('field.bad_date') });
  const date = typeof value === 'string' && value ? value : null;
  const clear = date && !field.required && !readOnly && !compact;
  const section = clear
    ? <button type="button" className="control-clear" aria-label={t('field.clear')} onMouseDown={(event) => event.preventDefault()} onClick={() => typing.set(null)}><IconX size={14} stroke={1.75} /></button>
    : compact ? undefined : <IconCalendar size={15} stroke={1.75} color="var(--text-3)" />;
  return (
    <Popover opened={opened && !readOnly} position="bottom-start" trapFocus={false} withRoles={false} withinPortal>
      <Popover.Target>
        <TextInput id={id} aria-label={compact ? field.label : undefined} autoComplete="off" value={typing.text} error={typing.typing ? undefined : (typing.problem ?? error)} autoFocus={autoFocus} readOnly={readOnly} className={compact ? 'in-cell' : undefined} rightSection={section} rightSectionPointerEvents={clear ? 'all' : 'none'}
          onChange={(event) => { typing.change(event.currentTarget.value); setOpened(true); }} onFocus={() => setOpened(true)} onClick={() => setOpened(true)} onBlur={() => { setOpened(false); typing.leave(); }}
          onKeyDown={(event) => { if (event.key === 'Escape' || event.key === 'Tab') setOpened(false); if (event.key === 'Enter' && !compact) event.currentTarget.blur(); }} />
      </Popover.Target>
      <Popover.Dropdown p={8} onMouseDown={(event) => event.preventDefault()}>
        <DatePicker key={date} size="sm" __preventFocus value={date} defaultDate={date ?? undefined} locale={currentLanguage()} onChange={(next) => { setOpened(false); typing.set(next); }} />
      </Popover.Dropdown>
    </Popover>
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
  const typing = useTyped({ value, onChange, onCommit }, { show: (length) => (length ? formatDuration(String(length)) : ''), read: parseDuration, problem: t('field.bad_duration') });
  return (
    <TextInput id={id} aria-label={compact ? field.label : undefined} value={typing.text} placeholder={t('field.duration_hint')} readOnly={readOnly} autoFocus={autoFocus} error={typing.problem ?? error} className={compact ? 'in-cell' : undefined}
      onChange={(event) => typing.change(event.currentTarget.value)} onBlur={typing.leave} />
  );
}
