import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { parseTyped } from '../numbers';
import type { InputProps } from '../types';
import { useTyped } from './useTyped';

type Point = { lat: number; lon: number };

/** A point is typed as it is copied from a map: `53.2, 50.15`. */
export function LocationField({ id, field, value, onChange, onCommit, error, readOnly }: InputProps) {
  const { t } = useTranslation('work');
  const read = (text: string): Point | undefined => {
    const parts = text.split(/[;\s]+|,\s+|,(?=-?\d+\.)/).filter(Boolean).map(parseTyped);
    const [lat, lon] = parts.map(Number);
    if (parts.length !== 2 || lat === undefined || lon === undefined || !(Math.abs(lat) <= 90) || !(Math.abs(lon) <= 180)) return undefined;
    return { lat, lon };
  };
  const show = (point: unknown) => (point ? `${(point as Point).lat}, ${(point as Point).lon}` : '');
  const typing = useTyped({ value, onChange, onCommit }, { show, read, problem: t('field.bad_location') });
  return (
    <TextInput id={id} value={typing.text} placeholder="53.2001, 50.15" readOnly={readOnly} error={typing.problem ?? error} aria-label={field.label} onChange={(event) => typing.change(event.currentTarget.value)} onBlur={typing.leave} />
  );
}

export const ADDRESS_PARTS = ['line1', 'line2', 'postal_code', 'city', 'region', 'country'] as const;

export function AddressField({ id, field, value, onChange, onCommit, error, readOnly }: InputProps) {
  const { t } = useTranslation('work');
  const address = (value ?? {}) as Record<string, string>;
  const clean = (next: Record<string, string>) => {
    const kept = Object.fromEntries(Object.entries(next).filter(([, text]) => text));
    return Object.keys(kept).length ? kept : null;
  };
  return (
    <div role="group" aria-label={field.label} className="address-grid">
      {ADDRESS_PARTS.map((part, index) => (
        <TextInput key={part} id={index === 0 ? id : undefined} value={address[part] ?? ''} placeholder={t(`field.address_${part}`)} aria-label={`${field.label}: ${t(`field.address_${part}`)}`} readOnly={readOnly} error={index === 0 ? error : undefined} style={part.startsWith('line') ? { gridColumn: 'span 2' } : undefined}
          onChange={(event) => onChange(clean({ ...address, [part]: event.currentTarget.value }))} onBlur={() => onCommit?.(clean(address))} />
      ))}
    </div>
  );
}
