import { records } from '@/api/records';

/** A record with all that its reader may know of it. */
export const recordQuery = (entity: string, id: string) => ({ queryKey: ['record', entity, id], queryFn: ({ signal }: { signal: AbortSignal }) => records.get(entity, id, signal) });
