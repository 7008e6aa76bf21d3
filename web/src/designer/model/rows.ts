/** The rows of the field grid: the draft's fields, with the removed ones in their old places. */
import { equal } from './equal';
import type { EntityDoc, FieldDoc, Language } from './types';

export type RowState = 'same' | 'added' | 'renamed' | 'changed' | 'removed';

export interface Row {
  id: string;
  field: FieldDoc;
  state: RowState;
  /** What a renamed field was called. */
  was?: FieldDoc;
  /** Place in the document, for problems; absent for removed rows. */
  index?: number;
}

const bare = (field: FieldDoc): FieldDoc => ({ ...field, label: undefined, name: '' });

function stateOf(field: FieldDoc, old: FieldDoc | undefined): RowState {
  if (!old) return 'added';
  if (!equal(bare(field), bare(old))) return 'changed';
  return equal(field.label, old.label) && field.name === old.name ? 'same' : 'renamed';
}

/** Compares the fields of a draft with the published ones. */
export function rowsOf(doc: EntityDoc, published: EntityDoc | undefined): Row[] {
  const old = new Map((published?.fields ?? []).map((field) => [field.id, field]));
  const rows: Row[] = (doc.fields ?? []).map((field, index) => {
    const was = old.get(field.id);
    return { id: field.id ?? field.name, field, state: stateOf(field, was), was, index };
  });
  const present = new Set(rows.map((row) => row.id));
  (published?.fields ?? []).forEach((field, place, all) => {
    if (present.has(field.id ?? field.name)) return;
    const before = all.slice(0, place).map((other) => other.id);
    const at = rows.reduce((found, row, index) => (before.includes(row.id) ? index + 1 : found), 0);
    rows.splice(at, 0, { id: field.id ?? field.name, field, state: 'removed', was: field });
  });
  return rows;
}

/** Counts rows by state for the status bar. */
export function countStates(rows: Row[]): Record<RowState, number> {
  const counts: Record<RowState, number> = { same: 0, added: 0, renamed: 0, changed: 0, removed: 0 };
  for (const row of rows) counts[row.state] += 1;
  return counts;
}

/** Finds rows by the words of either language or the name. */
export function findRows(rows: Row[], words: string): Row[] {
  const text = words.trim().toLowerCase();
  if (!text) return rows;
  const languages: Language[] = ['en', 'ru'];
  return rows.filter((row) => row.field.name.includes(text) || languages.some((language) => row.field.label?.[language]?.toLowerCase().includes(text)));
}
