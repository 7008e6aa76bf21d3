import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { messagesByField } from '@/api/error';
import { records } from '@/api/records';
import { isStale } from '@/card/useRecordForm';
import type { Entity, Field, RecordData } from '@/catalog/types';
import { sameValue, toWire } from '@/fields/mapping';
import { toast } from '@/ui/toast';

type PatchRows = (change: (record: RecordData) => RecordData | null) => () => void;

/** What a save changed of the calculated fields that a row shows. */
const calculatedOf = (entity: Entity, row: RecordData, saved: RecordData) =>
  Object.fromEntries(entity.fields.filter((field) => field.calculated && field.name in row && field.name in saved).map((field) => [field.name, saved[field.name]]));

/** Saves one cell: shown at once, undone from the toast; when it is refused it is taken back, and the reason is the answer. */
export function useCellEdit(entity: Entity, patchRows: PatchRows) {
  const { t } = useTranslation('work');
  const client = useQueryClient();

  async function save(record: RecordData, field: Field, value: unknown): Promise<string | undefined> {
    const before = record[field.name];
    if (sameValue(field, before, value)) return undefined;
    const restore = patchRows((item) => (item.id === record.id ? { ...item, [field.name]: value } : item));
    try {
      const saved = await records.update(entity.name, record.id, { [field.name]: toWire(field, value) }, record.version);
      patchRows((item) => (item.id === record.id ? { ...item, ...calculatedOf(entity, item, saved), [field.name]: saved[field.name] ?? value, version: saved.version } : item));
      client.setQueryData(['record', entity.name, record.id], (old: RecordData | undefined) => old && { ...old, ...saved });
      toast(t('list.changed', { label: field.label }), { undo: () => undo(record, field, before, saved.version) });
      return undefined;
    } catch (error) {
      restore();
      if (!isStale(error)) return Object.values(messagesByField(error))[0] ?? t('list.not_saved');
      toast(t('list.stale'), { tone: 'bad' });
      void client.invalidateQueries({ queryKey: ['records', entity.name] });
      return undefined;
    }
  }

  async function undo(record: RecordData, field: Field, before: unknown, version: number | undefined) {
    try {
      const saved = await records.update(entity.name, record.id, { [field.name]: toWire(field, before) }, version);
      patchRows((item) => (item.id === record.id ? { ...item, ...calculatedOf(entity, item, saved), [field.name]: saved[field.name] ?? before, version: saved.version } : item));
      void client.invalidateQueries({ queryKey: ['record', entity.name, record.id] });
    } catch {
      toast(t('list.undo_failed'), { tone: 'bad' });
      void client.invalidateQueries({ queryKey: ['records', entity.name] });
    }
  }
  return save;
}
