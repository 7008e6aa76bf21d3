import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { listen } from '@/catalog/events';
import { dashboards } from './api';
import type { FilterValues } from './types';

/** Least time between two readings that changes of others set off: many changes at once count as one. */
const REST = 3_000;
/** A page that nobody touches still comes to another day. */
const OFTEN = 300_000;

/** The dashboard, and what it shows. */
export function useDashboard(name: string, filters: FilterValues | undefined) {
  const client = useQueryClient();
  const definition = useQuery({ queryKey: ['dashboard', name, 'definition'], queryFn: ({ signal }) => dashboards.get(name, signal), staleTime: 300_000 });
  const data = useQuery({ queryKey: ['dashboard', name, 'data', filters], queryFn: ({ signal }) => dashboards.data(name, filters!, signal), enabled: !!definition.data && !!filters, placeholderData: keepPreviousData, refetchInterval: OFTEN, staleTime: 5_000 });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = () => {
      timer = undefined;
      // What nobody looks at is read when somebody does.
      void client.invalidateQueries({ queryKey: ['dashboard', name, 'data'], refetchType: document.hidden ? 'none' : 'active' });
    };
    const later = () => { timer ??= setTimeout(again, REST); };
    const seen = () => {
      if (!document.hidden && client.getQueryCache().findAll({ queryKey: ['dashboard', name, 'data'], type: 'active' }).some((query) => query.isStale())) void client.refetchQueries({ queryKey: ['dashboard', name, 'data'], type: 'active' });
    };
    const stops = [listen('record', later), listen('refreshed', later), listen('published', () => { void client.invalidateQueries({ queryKey: ['dashboard', name, 'definition'] }); later(); })];
    document.addEventListener('visibilitychange', seen);
    return () => {
      clearTimeout(timer);
      stops.forEach((stop) => stop());
      document.removeEventListener('visibilitychange', seen);
    };
  }, [client, name]);
  return { definition, data };
}
