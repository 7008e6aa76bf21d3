import i18next from 'i18next';
import type { Catalog } from '@/catalog/catalog';
import type { Reference } from '@/catalog/types';

/** Labels of the entities whose records are open and without a title, where they show none. */
let untitled = new Map<string, string>();

/** Takes note of whose records have no titles, so that these are not taken for closed ones; who administers sees all there is. */
export function knowTitles({ data }: Catalog) {
  untitled = new Map(data.entities.filter((entity) => data.rights.administer || !entity.title).map((entity) => [entity.name, entity.label]));
}

/** Whether a linked record is not open to the caller, as far as can be told: a record without a title has none to show. */
export const isClosed = (reference: Reference, target?: string | null) => reference.title === null && !untitled.has(reference.entity ?? target ?? '');

/** What a linked record is called; one that is not open to the caller is called so. */
export function referenceTitle(reference: Reference, target?: string | null): string {
  if (reference.title !== null) return reference.title;
  const label = untitled.get(reference.entity ?? target ?? '');
  if (label) return i18next.t('work:record.untitled', { label });
  return i18next.t('work:record.closed');
}
