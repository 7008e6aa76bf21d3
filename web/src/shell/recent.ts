const KEY = 'verstak.recent';
const LIMIT = 8;

export interface RecentRecord {
  entity: string;
  id: string;
  title: string;
}

export function readRecent(): RecentRecord[] {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '[]') as RecentRecord[];
  } catch {
    return [];
  }
}

/** Remembers on this device that the record was opened. */
export function rememberRecent(record: RecentRecord) {
  const rest = readRecent().filter((item) => item.id !== record.id);
  localStorage.setItem(KEY, JSON.stringify([record, ...rest].slice(0, LIMIT)));
}
