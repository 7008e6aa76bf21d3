import type { RecordData, Reference } from '@/catalog/types';
import { api } from './client';

export interface Page {
  items: RecordData[];
  next_cursor?: string | null;
  count?: number | null;
  /** Moment of whose records the rows are made; of registers. */
  as_of?: string;
}

export type SelectItem = string | { name: string; expression: string } | { path: string; select?: SelectItem[]; filter?: string; sort?: string[]; limit?: number };

export interface ListRequest {
  select?: SelectItem[];
  filter?: string;
  sort?: string[];
  limit?: number;
  cursor?: string;
  count?: 'none' | 'exact';
  quick?: string;
  deleted?: boolean;
  /** Only records of which a calculated value is empty for a cause. */
  with_problems?: boolean;
}

export interface Operation {
  op: 'create' | 'update' | 'delete';
  entity: string;
  id?: string;
  values?: Record<string, unknown>;
  version?: number;
}

export interface Change {
  field: string;
  from: unknown;
  to: unknown;
}

export interface HistoryItem {
  at: string;
  by: { id: string; title: string } | null;
  operation: string;
  changes: Change[];
}

export interface OptionsRequest {
  field: string;
  record?: string;
  values: Record<string, unknown>;
  search?: string;
  limit?: number;
  cursor?: string;
}

const root = (entity: string) => `/api/records/${encodeURIComponent(entity)}`;
const one = (entity: string, id: string) => `${root(entity)}/${encodeURIComponent(id)}`;

/** The records' calls. */
export const records = {
  query: (entity: string, request: ListRequest, signal?: AbortSignal) => api.post<Page>(`${root(entity)}/query`, request, { signal }),
  get: (entity: string, id: string, signal?: AbortSignal) => api.get<RecordData>(one(entity, id), undefined, signal),
  problems: async (entity: string, id: string, signal?: AbortSignal) => (await api.get<{ _problems: { field: string; code: string }[] }>(one(entity, id), { select: '_problems' }, signal))._problems,
  /** What conditions say of a record that the page cannot judge. */
  conditions: async (entity: string, id: string, signal?: AbortSignal) => (await api.get<{ _conditions: Record<string, Record<string, boolean>> }>(one(entity, id), { select: '_conditions' }, signal))._conditions,
  /** What may be chosen for a field of a record with what is typed in it. */
  options: (entity: string, asked: OptionsRequest, signal?: AbortSignal) => api.post<{ items?: Reference[]; values?: string[]; next_cursor?: string | null }>(`${root(entity)}/options`, asked, { signal }),
  aggregate: (entity: string, request: { group_by?: string[]; measures: { name: string; expression: string }[]; filter?: string; sort?: string[]; limit?: number }, signal?: AbortSignal) =>
    api.post<{ items: Record<string, unknown>[] }>(`${root(entity)}/aggregate`, request, { signal }),
  create: (entity: string, values: Record<string, unknown>) => api.post<RecordData>(root(entity), values),
  update: (entity: string, id: string, values: Record<string, unknown>, version: number | undefined) =>
    api.patch<RecordData>(one(entity, id), version === undefined ? values : { ...values, version }),
  delete: (entity: string, id: string) => api.delete<void>(one(entity, id)),
  restore: (entity: string, id: string) => api.post<RecordData>(`${one(entity, id)}/restore`),
  batch: (operations: Operation[]) => api.post<unknown>('/api/records/batch', { operations }),
  history: (entity: string, id: string) => api.get<{ items: HistoryItem[]; next_cursor?: string | null }>(`${one(entity, id)}/history`),
};
