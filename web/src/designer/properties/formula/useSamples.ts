import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { records } from '@/api/records';
import type { RecordData } from '@/catalog/types';
import { useCatalog } from '@/catalog/useCatalog';
import type { EntityView } from '../../state/views';

export interface SampleRecord {
  id: string;
  title: string;
}

/** How many records a formula is shown on. */
const SHOWN = 3;
/** What was chosen stays chosen from field to field. */
const chosenBefore = new Map<string, SampleRecord[]>();

const titled = (record: RecordData, title: string | null | undefined): SampleRecord => {
  const text = title ? record[title] : undefined;
  return { id: String(record.id), title: typeof text === 'string' && text ? text : String((text as { title?: string } | null | undefined)?.title ?? String(record.id).slice(-6)) };
};

/** The records on which a formula is tried: those chosen, then the newest, as far as the analyst may read them. */
export function useSamples(view: EntityView) {
  const catalog = useCatalog();
  const published = view.published && !view.dataset ? catalog.entity(view.published.name) : undefined;
  const name = published?.operations.read ? published.name : undefined;
  const [chosen, setChosen] = useState(chosenBefore.get(view.key) ?? []);
  const select = ['id', ...(published?.title ? [published.title] : [])];
  const found = useQuery({
    queryKey: ['records', name, 'samples'],
    queryFn: ({ signal }) => records.query(name!, { select, sort: ['-created_at'], limit: SHOWN }, signal),
    enabled: Boolean(name),
    retry: false,
  });
  const newest = (found.data?.items ?? []).map((record) => titled(record, published?.title));
  const samples = [...chosen, ...newest.filter((one) => chosen.every((other) => other.id !== one.id))].slice(0, SHOWN);
  const choose = (record: SampleRecord) => {
    const next = [record, ...chosen.filter((one) => one.id !== record.id)].slice(0, SHOWN);
    chosenBefore.set(view.key, next);
    setChosen(next);
  };
  const find = async (words: string, signal?: AbortSignal) => {
    if (!name) return [];
    const page = await records.query(name, { select, sort: ['-created_at'], limit: 8, ...(words.trim() && { quick: words.trim() }) }, signal);
    return page.items.map((record) => titled(record, published?.title));
  };
  return { samples, choose, find, readable: Boolean(name), isLoading: found.isLoading && Boolean(name) };
}
