import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ApiError, messagesByField } from '@/api/error';
import { records } from '@/api/records';
import type { Entity, RecordData } from '@/catalog/types';
import { recordTitle } from '@/fields/title';
import { wordsOf } from '@/shell/words';
import { toast } from '@/ui/toast';

const BATCH = 1000;

/** Deletes into the recycle bin and restores from it, many at once, each with a way back. */
export function useRemoval(entity: Entity) {
  const { t } = useTranslation('work');
  const client = useQueryClient();
  const refresh = () => Promise.all([client.invalidateQueries({ queryKey: ['records', entity.name] }), client.invalidateQueries({ queryKey: ['record', entity.name] })]);
  const said = (key: string, count: number) => t(key, { count, ...wordsOf(entity) });

  async function restore(items: RecordData[]): Promise<boolean> {
    try {
      for (const item of items) await records.restore(entity.name, item.id);
      await refresh();
      return true;
    } catch (error) {
      toast(Object.values(messagesByField(error))[0] ?? t('list.not_saved'), { tone: 'bad' });
      await refresh();
      return false;
    }
  }

  async function remove(items: RecordData[]): Promise<boolean> {
    let part: RecordData[] = [];
    try {
      for (let from = 0; from < items.length; from += BATCH) {
        part = items.slice(from, from + BATCH);
        await records.batch(part.map((item) => ({ op: 'delete' as const, entity: entity.name, id: item.id })));
      }
      await refresh();
      toast(said('list.deleted', items.length), { undo: async () => { if (await restore(items)) toast(said('list.restored', items.length)); } });
      return true;
    } catch (error) {
      toast(refusal(error, part) ?? Object.values(messagesByField(error))[0] ?? t('list.not_saved'), { tone: 'bad' });
      return false;
    }
  }
  /** Why a record may not go, with the name of the one that stands in the way when there are several. */
  function refusal(error: unknown, part: RecordData[]): string | undefined {
    const first = error instanceof ApiError ? error.errors[0] : undefined;
    const record = part[Number(/^\/?operations\/(\d+)/.exec(first?.path ?? '')?.[1] ?? NaN)];
    return first && record && part.length > 1 ? `${recordTitle(entity, record)}: ${first.message}` : undefined;
  }

  async function bringBack(items: RecordData[]) {
    if (await restore(items)) toast(said('list.restored', items.length));
  }
  return { remove, bringBack };
}
