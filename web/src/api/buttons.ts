import { api } from './client';

/** What came of a button: words for the person, a record to open, lines for whoever may draw. */
export interface Pressed {
  message: string | null;
  open: { entity: string; id: string } | null;
  log: string[];
}

/** Presses a button for records; all of what it does becomes true, or nothing. */
export const press = (entity: string, script: string, button: string, records: string[], parameters: Record<string, unknown>) =>
  api.post<Pressed>(`/api/records/${encodeURIComponent(entity)}/buttons/${encodeURIComponent(script)}/${encodeURIComponent(button)}`, { records, parameters });
