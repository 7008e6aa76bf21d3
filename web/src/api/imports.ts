import { api } from './client';

export interface ImportColumn {
  header: string;
  field: string | null;
  samples: string[];
}

export interface ImportJob {
  id: string;
  entity: string;
  state: 'queued' | 'running' | 'done' | 'failed' | 'undone';
  dry_run: boolean;
  total: number | null;
  done: number;
  created: number;
  updated: number;
  errors: { row: number; column?: string | null; code: string; message: string }[];
  message?: string;
}

export interface ImportPreview {
  columns: ImportColumn[];
  rows?: number | null;
}

function form(file: File, entity: string): FormData {
  const body = new FormData();
  body.append('entity', entity);
  return body.append('file', file, file.name), body;
}

/** Loading records from a file. */
export const imports = {
  preview: (file: File, entity: string) => api.post<ImportPreview>('/api/imports/preview', form(file, entity)),
  start: (file: File, entity: string, mapping: Record<string, string>, key: string | null, dryRun: boolean) => {
    const body = new FormData();
    body.append('entity', entity);
    body.append('mapping', JSON.stringify(mapping));
    if (key) body.append('key', key);
    body.append('dry_run', String(dryRun));
    body.append('file', file, file.name);
    return api.post<ImportJob>('/api/imports', body);
  },
  get: (id: string) => api.get<ImportJob>(`/api/imports/${encodeURIComponent(id)}`),
  undo: (id: string) => api.post<ImportJob>(`/api/imports/${encodeURIComponent(id)}/undo`),
};
