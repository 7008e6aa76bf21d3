import { api } from './client';

export interface ImportColumn {
  header: string;
  field: string | null;
  samples: string[];
}

export interface ImportJob {
  id: string;
  entity?: string | null;
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'undone';
  dry_run: boolean;
  total: number | null;
  done: number;
  bad_rows?: number;
  unchanged?: number;
  created: number;
  updated: number;
  errors: { row: number; column?: string | null; code: string; message: string }[];
  message?: string | null;
}

export interface ImportPreview {
  columns: ImportColumn[];
  rows?: number | null;
  mapping?: { columns?: Record<string, ColumnTarget> };
}

/** Where a column goes: a field, nowhere, or a field read in a special way. */
export type ColumnTarget = string | null | Record<string, unknown> | unknown[];
export type Mapping = Record<string, ColumnTarget>;

function form(file: File, entity: string): FormData {
  const body = new FormData();
  body.append('entity', entity);
  return body.append('file', file, file.name), body;
}

/** Loading records from a file. */
export const imports = {
  preview: (file: File, entity: string) => api.post<ImportPreview>('/api/imports/preview', form(file, entity)),
  start: async (file: File, entity: string, mapping: Mapping, key: string | null, dryRun: boolean): Promise<ImportJob> => {
    const body = new FormData();
    body.append('entity', entity);
    body.append('mapping', JSON.stringify({ columns: mapping }));
    if (key) body.append('key', key);
    body.append('dry_run', String(dryRun));
    body.append('file', file, file.name);
    const { id } = await api.post<{ id: string }>('/api/imports', body);
    return { id, entity, state: 'running', dry_run: dryRun, total: null, done: 0, created: 0, updated: 0, errors: [] };
  },
  get: (id: string) => api.get<ImportJob>(`/api/imports/${encodeURIComponent(id)}`),
  undo: (id: string) => api.post<{ deleted: number; restored: number }>(`/api/imports/${encodeURIComponent(id)}/undo`),
};
