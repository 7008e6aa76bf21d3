import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { messagesByField } from '@/api/error';
import { type Page, records } from '@/api/records';
import { isStale } from '@/card/useRecordForm';
import type { Entity, RecordData } from '@/catalog/types';
import { recordTitle } from '@/fields/title';
import { toast } from '@/ui/toast';
import { itemsKey } from './useItems';

/** What a record is to hold: as it is written, and as it then reads where that differs. */
export interface Change {
  written: Record<string, unknown>;
  read?: Record<string, unknown>;
}

/** Changes a record where it lies: shown at once, with a way back for ten seconds; where it is refused it goes back and the reason is told. */
export function useShift(entity: Entity) {
  const { t } = useTranslation('work');
  const client = useQueryClient();
  const key = itemsKey(entity);

  function show(record: RecordData, values: Record<string, unknown>): () => void {
    const before = client.getQueriesData<Page>({ queryKey: key });
    client.setQueriesData<Page>({ queryKey: key }, (page) => page && { ...page, items: page.items.map((item) => (item.id === record.id ? { ...item, ...values } : item)) });
    return () => before.forEach(([of, page]) => client.setQueryData(of, page));
  }
  async function write(record: RecordData, values: Record<string, unknown>, version: number | undefined) {
    const saved = await records.update(entity.name, record.id, values, version);
    client.setQueryData(['record', entity.name, record.id], (old: RecordData | undefined) => old && { ...old, ...saved });
    return saved;
  }
  const reread = () => client.invalidateQueries({ queryKey: ['records', entity.name] });

  return async function shift(record: RecordData, change: Change, back: Record<string, unknown>, to: string) {
    await client.cancelQueries({ queryKey: key });
    const restore = show(record, { ...change.written, ...change.read });
    const title = recordTitle(entity, record);
    try {
      const saved = await write(record, change.written, record.version);
      toast(t('calendar.moved', { title, to }), {
        undo: async () => {
          try {
            await write(record, back, saved.version);
          } catch {
            toast(t('list.undo_failed'), { tone: 'bad' });
          }
          await reread();
        },
      });
    } catch (error) {
      restore();
      const reason = isStale(error) ? t('list.stale') : Object.values(messagesByField(error)).join(' ');
      toast(t('board.refused', { title, reason: reason || t('list.not_saved') }), { tone: 'bad' });
    }
    await reread();
  };
}
