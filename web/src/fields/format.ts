import i18next from 'i18next';
import { writeJson } from '@/api/json';
import { targetOf } from '@/catalog/catalog';
import type { Field, Reference } from '@/catalog/types';
import { formatDate, formatDateTime, formatDuration, formatPeriod, formatTime } from './dates';
import { isEmpty } from './mapping';
import { referenceTitle } from './reference';
import { Unread } from './unread';
import { formatDecimal, formatMoney, formatPercent } from './numbers';

/** Label of a choice; a value no longer in the list speaks for itself. */
export const choiceLabel = (field: Field, value: unknown) => field.choices?.find((choice) => choice.value === value)?.label ?? String(value);

const ADDRESS_LINES = ['line1', 'line2', 'street', 'postal_code', 'city', 'region', 'country'];

export function addressText(value: Record<string, unknown>): string {
  const known = ADDRESS_LINES.filter((line) => value[line]).map((line) => String(value[line]));
  const rest = Object.entries(value).filter(([key, text]) => !ADDRESS_LINES.includes(key) && text).map(([, text]) => String(text));
  return [...known, ...rest].join(', ');
}

/** Any value as plain text for cells, chips, history and screen readers. */
export function formatValue(field: Field, value: unknown, currency?: string | null): string {
  if (isEmpty(value)) return '';
  if (value instanceof Unread) return value.text;
  if (Array.isArray(value) && field.type !== 'multi_choice' && field.type !== 'json') return value.map((item) => itemText(field, item, currency)).join(', ');
  return itemText(field, value, currency);
}

function itemText(field: Field, value: unknown, currency?: string | null): string {
  if (isEmpty(value)) return '';
  switch (field.type) {
    case 'money':
      return formatMoney(value as string, field.currency ?? currency, field.scale ?? 2);
    case 'decimal':
      return formatDecimal(value as string);
    case 'percent':
      return formatPercent(value as string);
    case 'integer':
      // Numbers that name things are not counted, so their digits are not grouped.
      return /(^|_)(number|no|code|year|index)$/.test(field.name) ? String(value) : formatDecimal(value as number | bigint);
    case 'rating':
      return formatDecimal(value as number);
    case 'boolean':
      return i18next.t(value ? 'work:value.yes' : 'work:value.no');
    case 'date':
      return field.by ? formatPeriod(String(value), field.by) : formatDate(String(value));
    case 'datetime':
      return formatDateTime(String(value));
    case 'time':
      return formatTime(String(value));
    case 'duration':
      return formatDuration(String(value));
    case 'choice':
      return choiceLabel(field, value);
    case 'multi_choice':
      return (Array.isArray(value) ? value : [value]).map((item) => choiceLabel(field, item)).join(', ');
    case 'location': {
      const { lat, lon } = value as { lat: number; lon: number };
      return `${lat}, ${lon}`;
    }
    case 'address':
      return addressText(value as Record<string, unknown>);
    case 'json':
      return writeJson(value);
    case 'secret':
      return '••••••';
    case 'rich_text':
      return String(value).replace(/<[^>]+>/g, ' ').replace(/&nbsp;/g, ' ').replace(/&amp;/g, '&').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/\s+/g, ' ').trim();
    default:
      if (value !== null && typeof value === 'object' && 'title' in value) return referenceTitle(value as Reference, targetOf(field));
      if (typeof value === 'object') return (value as { name?: string }).name ?? '';
      return String(value);
  }
}
