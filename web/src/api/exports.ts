import { api } from './client';
import type { ListRequest } from './records';

export interface Job<T> {
  id: string;
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  done: number;
  total: number;
  problems: { code: string; message?: string }[];
  result: T | null;
}

export interface ExportedFile {
  file: string;
  name: string;
  rows: number;
}

export type ExportFormat = 'csv' | 'xlsx';

/** Taking a list out as a file. */
export const exports_ = {
  start: (entity: string, format: ExportFormat, list: Pick<ListRequest, 'select' | 'filter' | 'sort' | 'quick' | 'deleted' | 'with_problems'>) => api.post<Job<ExportedFile>>('/api/exports', { entity, format, ...list }),
  job: (id: string) => api.get<Job<ExportedFile>>(`/api/jobs/${encodeURIComponent(id)}`),
};
