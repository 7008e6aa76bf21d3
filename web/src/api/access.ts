import { api } from './client';

/** A value that a rule looked at. */
export interface SeenValue {
  of: 'record' | 'user';
  path: string;
  labels: string[];
  value: unknown;
}

export interface TriedRule {
  source: 'entity' | 'role' | 'sharing';
  role?: string | null;
  label?: string | null;
  rule: string;
  outcome: boolean;
  parts: { rule: string; outcome: boolean }[];
  values: SeenValue[];
}

export interface Way {
  kind: 'share' | 'owner' | 'role';
  level?: 'read' | 'update';
  role?: string;
  label?: string | null;
  opens: number;
}

/** Why a person may or may not. */
export interface Explanation {
  user: { id: string; title: string };
  operation: string;
  allowed: boolean;
  rules: TriedRule[];
  fields: Record<string, 'read' | 'mask' | 'none'>;
  ways: Way[];
}

export interface Share {
  id: string;
  user: { id: string; title: string | null } | null;
  team: { id: string; title: string | null } | null;
  level: 'read' | 'update';
  at: string;
  by: { id: string; title: string | null } | null;
}

const record = (entity: string, id: string) => `/api/records/${encodeURIComponent(entity)}/${encodeURIComponent(id)}`;

export const explainAccess = (entity: string, id: string, user: string, operation: string) => api.get<Explanation>(`${record(entity, id)}/access`, { user, operation });

/** Whom a record is shared with. */
export const sharing = {
  list: async (entity: string, id: string) => (await api.get<{ items: Share[] }>(`${record(entity, id)}/shares`)).items,
  add: (entity: string, id: string, share: { user?: string; team?: string; level: Share['level'] }) => api.post<Share>(`${record(entity, id)}/shares`, share),
  end: (entity: string, id: string, share: string) => api.delete<void>(`${record(entity, id)}/shares/${encodeURIComponent(share)}`),
};
