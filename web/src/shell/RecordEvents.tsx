import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { listen } from '@/catalog/events';

/** Reads again what somebody changed elsewhere; many changes at once count as one. */
export function RecordEvents() {
  const client = useQueryClient();
  useEffect(() => {
    const changed = new Map<string, Set<string>>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      for (const [entity, ids] of changed) {
        void client.invalidateQueries({ queryKey: ['records', entity] });
        for (const id of ids) void client.invalidateQueries({ queryKey: ['record', entity, id] });
      }
      changed.clear();
    };
    const stop = listen('record', (event) => {
      const ids = changed.get(event.entity) ?? new Set<string>();
      changed.set(event.entity, ids.add(event.id));
      timer ??= setTimeout(flush, 400);
    });
    const leave = listen('refreshed', ({ entity }) => {
      void client.invalidateQueries({ queryKey: ['records', entity] });
      void client.invalidateQueries({ queryKey: ['record', entity] });
      void client.invalidateQueries({ queryKey: ['registers'] });
    });
    return () => {
      clearTimeout(timer);
      leave();
      stop();
    };
  }, [client]);
  return null;
}
