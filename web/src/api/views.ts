import type { SavedView, Setting } from '@/catalog/types';
import { api } from './client';

export type WantedView = Pick<SavedView, 'label' | 'audience' | 'team' | 'default' | 'columns' | 'sort' | 'filter' | 'conditions' | 'type' | 'limits' | Setting>;

/** Saved views; the catalog lists those that may be used. */
export const views = {
  create: (entity: string, view: WantedView) => api.post<SavedView>('/api/views', { entity, ...view }),
  update: (id: string, version: number, view: WantedView) => api.put<SavedView>(`/api/views/${encodeURIComponent(id)}`, { version, ...view }),
  delete: (id: string) => api.delete<void>(`/api/views/${encodeURIComponent(id)}`),
};
