import { NumberInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useCatalog } from '@/catalog/useCatalog';
import { takes } from '../model/fieldTypes';
import { messageAt } from '../model/problems';
import type { SettingsProps } from './settings';

const SCALE: Record<string, number> = { money: 2, decimal: 6, percent: 6 };

/** Digits, limits and currency of numbers. */
export function NumberSettings({ field, problems, patch }: SettingsProps) {
  const { t } = useTranslation('studio');
  const { workspace } = useCatalog().data;
  const whole = field.type === 'integer' || field.type === 'rating';
  const digits = (key: 'scale' | 'precision', standard: number, max: number) => takes(field, key) && (
    <NumberInput label={t(`properties.${key}`)} value={field[key] ?? ''} placeholder={String(standard)} min={key === 'scale' ? 0 : 1} max={max} allowDecimal={false} allowNegative={false} error={messageAt(problems, key)}
      onChange={(value) => patch({ [key]: typeof value === 'number' ? value : undefined }, key)} />
  );
  const limit = (key: 'min' | 'max') => takes(field, key) && (
    <TextInput label={t(field.type === 'rating' ? 'properties.stars' : `properties.${key}`)} inputMode="decimal" value={field[key] === undefined ? '' : String(field[key])} placeholder={field.type === 'rating' ? '5' : t('properties.no_limit')} error={messageAt(problems, key)}
      onChange={(event) => patch({ [key]: limitOf(event.currentTarget.value, whole) }, key)} />
  );
  if (!['scale', 'min', 'max', 'currency'].some((key) => takes(field, key as 'scale'))) return null;
  return (
    <div className="pair">
      {digits('scale', SCALE[field.type] ?? 6, 12)}
      {digits('precision', 18, 28)}
      {limit('min')}
      {limit('max')}
      {takes(field, 'currency') && (
        <TextInput label={t('properties.currency')} value={field.currency ?? ''} placeholder={workspace.currency ?? 'EUR'} maxLength={3} error={messageAt(problems, 'currency')} onChange={(event) => patch({ currency: event.currentTarget.value.toUpperCase() || undefined }, 'currency')} />
      )}
    </div>
  );
}

/** A limit as the document holds it: a number when it is whole, else a text that keeps every digit. */
function limitOf(text: string, whole: boolean): number | string | undefined {
  const plain = text.trim().replace(',', '.');
  if (!plain) return undefined;
  return whole && /^-?\d{1,15}$/.test(plain) ? Number(plain) : plain;
}
