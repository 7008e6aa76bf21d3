import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { messagesByField } from '@/api/error';
import { type Page, records } from '@/api/records';
import { isStale } from '@/card/useRecordForm';
import type { Entity, Field, RecordData } from '@/catalog/types';
import { recordTitle } from '@/fields/title';
import { toast } from '@/ui/toast';
import { type Group, keyOf, readAs } from './model';
import { boardKey } from './useBoard';

/** A card, and where it goes: the field by which columns or lanes stand with the group. */
export interface Move {
  card: RecordData;
  steps: { field: Field; to: Group }[];
}

/** Moves cards: shown at once, with a way back for ten seconds; where it is refused the card goes back and the reason is told. */
export function useMove(entity: Entity, columns: Field) {
  const { t } = useTranslation('work');
  const client = useQueryClient();
  const cards = [...boardKey(entity), 'cards', columns.name];

  /** Puts the card where it goes in what was read. Gives the way to take that back. */
  function show({ card, steps }: Move): () => void {
    const before = client.getQueriesData<Page>({ queryKey: cards });
    const moved = { ...card, ...Object.fromEntries(steps.map(({ field, to }) => [field.name, readAs(field, to)])) };
    const target = keyOf(columns, moved);
    client.setQueriesData<Page>({ queryKey: cards, predicate: ({ queryKey }) => queryKey.length > cards.length }, (page) => page && { ...page, items: page.items.filter((item) => item.id !== card.id) });
    for (const [key, page] of before) if (page && key[cards.length] === target) client.setQueryData<Page>(key, (now) => now && { ...now, items: [moved, ...now.items] });
    return () => before.forEach(([key, page]) => client.setQueryData(key, page));
  }

  const reread = () => client.invalidateQueries({ queryKey: boardKey(entity) });

  async function write(move: Move, version: number | undefined) {
    const values = Object.fromEntries(move.steps.map(({ field, to }) => [field.name, to.value]));
    const saved = await records.update(entity.name, move.card.id, values, version);
    client.setQueryData(['record', entity.name, move.card.id], (old: RecordData | undefined) => old && { ...old, ...saved });
    return saved;
  }

  async function move(wanted: Move, back: { field: Field; to: Group }[]) {
    await client.cancelQueries({ queryKey: boardKey(entity) });
    const restore = show(wanted);
    const title = recordTitle(entity, wanted.card);
    try {
      const saved = await write(wanted, wanted.card.version);
      toast(t('board.moved', { title, to: wanted.steps.at(-1)!.to.label }), { undo: () => undo(wanted, back, saved.version) });
    } catch (error) {
      restore();
      const reason = isStale(error) ? t('list.stale') : Object.values(messagesByField(error)).join(' ');
      toast(t('board.refused', { title, reason: reason || t('list.not_saved') }), { tone: 'bad' });
    }
    await reread();
  }

  async function undo(wanted: Move, back: { field: Field; to: Group }[], version: number | undefined) {
    try {
      await write({ card: wanted.card, steps: back }, version);
    } catch {
      toast(t('list.undo_failed'), { tone: 'bad' });
    }
    await reread();
  }
  return move;
}
