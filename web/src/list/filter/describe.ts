import i18next from 'i18next';
import { targetOf } from '@/catalog/catalog';
import type { Field, Reference } from '@/catalog/types';
import { formatDate, formatPeriod } from '@/fields/dates';
import { choiceLabel } from '@/fields/format';
import { referenceTitle } from '@/fields/reference';
import { formatDecimal, formatMoney, formatPercent } from '@/fields/numbers';
import type { Condition } from './model';
import { takesMany, takesNoValue } from './operators';

const SHOWN = 3;

function one(field: Field, value: unknown, currency?: string | null): string {
  if (value === null || value === undefined || value === '') return '…';
  if (typeof value === 'object') return referenceTitle(value as Reference, targetOf(field));
  switch (field.type) {
    case 'choice':
    case 'multi_choice':
      return choiceLabel(field, value);
    case 'date':
      return field.by ? formatPeriod(String(value), field.by) : formatDate(String(value));
    case 'datetime':
      return formatDate(String(value));
    case 'money':
      return formatMoney(String(value), field.currency ?? currency, 0);
    case 'percent':
      return formatPercent(String(value));
    case 'integer':
    case 'decimal':
    case 'rating':
      return formatDecimal(String(value));
    default:
      return String(value);
  }
}

/** The operator's word on a chip: one value of a list reads as `is`. */
export function operatorLabel({ operator, value }: Condition): string {
  const single = takesMany(operator) && Array.isArray(value) && value.length === 1;
  return i18next.t(`work:operator.${operator}${single && operator !== 'has' ? '_one' : ''}`);
}

/** The value's words on a chip: `Graz, Samara, Cork +5`. */
export function valueLabel(field: Field, { operator, value }: Condition, currency?: string | null): string | undefined {
  if (takesNoValue(operator)) return undefined;
  if (operator === 'last_days' || operator === 'next_days') return i18next.t('work:filter.days', { count: Number(value) || 0 });
  if (operator === 'period') return i18next.t(`work:period.${String(value)}`);
  if (operator === 'between' && Array.isArray(value)) return value.map((item) => one(field, item, currency)).join(' – ');
  if (!Array.isArray(value)) return one(field, value, currency);
  const words = value.slice(0, SHOWN).map((item) => one(field, item, currency)).join(', ');
  return value.length > SHOWN ? `${words} +${value.length - SHOWN}` : words;
}
