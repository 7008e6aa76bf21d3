import { api } from '@/api/client';
import type { DashboardItem } from '@/catalog/types';
import type { Dashboard, DashboardData, FilterValues } from './types';

const one = (name: string) => `/api/dashboards/${encodeURIComponent(name)}`;

/** The calls of dashboards. */
export const dashboards = {
  list: async (signal?: AbortSignal) => (await api.get<{ items: DashboardItem[] }>('/api/dashboards', undefined, signal)).items,
  get: (name: string, signal?: AbortSignal) => api.get<Dashboard>(one(name), undefined, signal),
  data: (name: string, filters: FilterValues, signal?: AbortSignal) => api.post<DashboardData>(`${one(name)}/data`, { filters }, { signal }),
};
