import { Rating, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useCatalog } from '@/catalog/useCatalog';
import { formatValue } from '../format';
import { currencySymbol, formatDecimal, parseTyped, parseWhole, shift } from '../numbers';
import type { InputProps } from '../types';
import { useTyped } from './useTyped';

/** Numbers are text all the way: what is typed becomes decimal text, never a float. */
export function NumberField({ id, field, value, onChange, onCommit, error, autoFocus, compact, readOnly }: InputProps) {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const percent = field.type === 'percent';
  const shown = (raw: unknown) => (raw === null || raw === undefined || raw === '' ? '' : field.type === 'integer' ? formatValue(field, raw) : formatDecimal(percent ? shift(String(raw), 2) : String(raw), field.type === 'money' ? (field.scale ?? 2) : 0));
  function read(text: string): unknown {
    if (field.type === 'integer') return parseWhole(text);
    const parsed = parseTyped(text);
    return parsed !== undefined && percent ? shift(parsed, -2) : parsed;
  }
  const typing = useTyped({ value, onChange, onCommit }, { show: shown, read, problem: t(field.type === 'integer' ? 'field.bad_integer' : 'field.bad_number') });
  const suffix = percent ? '%' : field.type === 'money' ? currencySymbol(field.currency ?? catalog.data.workspace.currency) : undefined;
  return (
    <TextInput id={id} aria-label={compact ? field.label : undefined} inputMode={field.type === 'integer' ? 'numeric' : 'decimal'} value={typing.text} readOnly={readOnly} autoFocus={autoFocus} autoComplete="off"
      error={typing.problem ?? error} className={compact ? 'in-cell' : undefined}
      styles={{ input: { fontVariantNumeric: 'tabular-nums', textAlign: compact ? 'right' : undefined } }} rightSection={suffix && !compact ? <span className="dim">{suffix}</span> : undefined} rightSectionPointerEvents="none"
      onChange={(event) => typing.change(event.currentTarget.value)} onFocus={(event) => { if (compact) event.currentTarget.select(); }} onBlur={typing.leave} onKeyDown={(event) => event.key === 'Enter' && !compact && event.currentTarget.blur()} />
  );
}

export function RatingField({ field, value, onChange, onCommit, readOnly }: InputProps) {
  const count = Math.min(10, Number(field.max ?? 5) || 5);
  const set = (next: number) => { onChange(next || null); onCommit?.(next || null); };
  return <div style={{ minHeight: 32, display: 'flex', alignItems: 'center' }}><Rating aria-label={field.label} count={count} value={Number(value ?? 0)} readOnly={readOnly} size="md" onChange={(next) => set(next === Number(value ?? 0) ? 0 : next)} /></div>;
}
