import { behind } from '@/measures/where';
import type { Item, ListWidget } from './types';

export type Records = ReturnType<typeof behind>;

/** What the address of a list says to show all that a widget counts. */
export const allOf = (filter: string | null | undefined, label: string): Records => behind({ filter: filter && filter !== 'true' ? filter : null }, label);

/** The same for one group; nothing where the language has no words for it. */
export const groupOf = (item: Item | null | undefined, label: string): Records | undefined => (typeof item?._filter === 'string' ? allOf(item._filter, label) : undefined);

/** The list behind a list: its columns and order too. */
export function listOf(widget: ListWidget, filter: string | null, sort: string[] | undefined, label: string): Records & { cols?: string; sort?: string } {
  const order = (sort ?? widget.sort ?? []).join(',');
  return { ...allOf(filter, label), ...(widget.columns.length > 0 && { cols: widget.columns.join(',') }), ...(order && { sort: order }) };
}
