/** A record changed somewhere. */
export interface RecordEvent {
  entity: string;
  id: string;
  operation: 'create' | 'update' | 'delete' | 'restore';
  version?: number;
}

interface Events {
  record: RecordEvent;
  /** The rows of a register were composed anew. */
  refreshed: { entity: string };
  /** The notifications of the reader are others now. */
  noticed: Record<string, never>;
  published: { revision: number };
}

type Listener<K extends keyof Events> = (event: Events[K]) => void;

const listeners: { [K in keyof Events]: Set<Listener<K>> } = { record: new Set(), refreshed: new Set(), noticed: new Set(), published: new Set() };
let source: EventSource | null = null;

function receive<K extends keyof Events>(kind: K, message: MessageEvent<string>) {
  try {
    const event = JSON.parse(message.data) as Events[K];
    for (const listener of listeners[kind] as Set<Listener<K>>) listener(event);
  } catch {
    // A half-written message says nothing; the next one will.
  }
}

/** Opens the one stream of server-sent events; the browser opens it again by itself when it breaks. */
export function openEvents() {
  if (source || typeof EventSource === 'undefined') return;
  source = new EventSource('/api/events');
  source.addEventListener('record', (message) => receive('record', message as MessageEvent<string>));
  source.addEventListener('refreshed', (message) => receive('refreshed', message as MessageEvent<string>));
  source.addEventListener('noticed', (message) => receive('noticed', message as MessageEvent<string>));
  source.addEventListener('published', (message) => receive('published', message as MessageEvent<string>));
}

export function closeEvents() {
  source?.close();
  source = null;
}

/** Calls `listener` for each event of the kind. Returns the way to stop. */
export function listen<K extends keyof Events>(kind: K, listener: Listener<K>): () => void {
  const set = listeners[kind] as Set<Listener<K>>;
  set.add(listener);
  return () => set.delete(listener);
}
