import type { Entity, RecordData } from '@/catalog/types';
import { titleField } from '@/catalog/catalog';
import i18next from 'i18next';
import { formatValue } from './format';

/** What a record is called; one without a title is called by its kind, a row of a dataset by nothing: there may be many. */
export function recordTitle(entity: Entity, record: RecordData): string {
  const field = titleField(entity);
  const text = field ? formatValue(field, record[field.name]) : '';
  return text || (entity.dataset && '—') || i18next.t('work:record.untitled', { label: entity.label });
}
