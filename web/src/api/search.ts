import { api } from './client';

/** From the first character of a word to the one after its last. */
export type TextMark = [number, number];

export interface Hit {
  entity: string;
  id: string;
  title: string | null;
  title_marks: TextMark[];
  /** The field beside the title in which the words stand, with a piece of its text. */
  field: string | null;
  snippet: string | null;
  marks: TextMark[];
}

export interface HitPage {
  items: Hit[];
  next_cursor: string | null;
}

/** Records of all entities in which the words stand, the best first. */
export const findRecords = (words: string, options: { entities?: string; limit?: number; cursor?: string }, signal?: AbortSignal) =>
  api.get<HitPage>('/api/search', { q: words, ...options }, signal);
