import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api } from '@/api/client';
import { currentPreview } from '@/api/preview';
import { listen } from '@/catalog/events';

/** What a person is told. */
export interface Notice {
  id: string;
  kind: 'message' | 'mail_failed';
  text: string;
  /** Name of the entity of the record that it is about, and the record; null where there is none, or none for the reader. */
  entity: string | null;
  record: string | null;
  created_at: string;
  created_by: { id: string; title: string | null } | null;
  read_at: string | null;
}

export interface Notices {
  items: Notice[];
  unread: number;
}

const KEY = ['notifications'];

/** What the reader is told, read again whenever the server says that it is otherwise. */
export function useNotices() {
  const client = useQueryClient();
  useEffect(() => listen('noticed', () => void client.invalidateQueries({ queryKey: KEY })), [client]);
  return useQuery({ queryKey: KEY, queryFn: ({ signal }) => api.get<Notices>('/api/notifications', undefined, signal), staleTime: 60_000, enabled: !currentPreview() });
}

/** Marks some as read, or all; the page shows it at once. */
export function useMarkRead() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ids?: string[]) => api.post<{ unread: number }>('/api/notifications/read', ids ? { ids } : {}),
    onMutate: (ids) => {
      const now = new Date().toISOString();
      const isMeant = (one: Notice) => !one.read_at && (!ids || ids.includes(one.id));
      client.setQueryData<Notices>(KEY, (known) => known && {
        items: known.items.map((one) => (isMeant(one) ? { ...one, read_at: now } : one)),
        unread: ids ? Math.max(0, known.unread - known.items.filter(isMeant).length) : 0,
      });
    },
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}
