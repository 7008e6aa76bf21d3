import { api } from './client';

/** Settings of signing in. */
export interface Security {
  session_idle_minutes: number;
  session_days: number;
  second_factor_everybody: boolean;
  second_factor_roles: string[];
  audit_days: number | null;
}

/** How the company's own sign-in is reached. */
export interface Oidc {
  issuer: string;
  client_id: string;
  client_secret?: string;
  label: string;
  create_people: boolean;
  role: string | null;
  has_secret?: boolean;
}

/** What a check of the audit found. */
export interface Verification {
  sealed: number;
  waiting: number;
  head: string | null;
  findings: { code: string; message: string }[];
}

export const settings = {
  security: () => api.get<Security>('/api/settings/security'),
  setSecurity: (values: Security) => api.put<Security>('/api/settings/security', values),
  oidc: async () => (await api.get<{ oidc: Oidc | null }>('/api/settings/oidc')).oidc,
  setOidc: async ({ has_secret: _, ...values }: Oidc) => (await api.put<{ oidc: Oidc }>('/api/settings/oidc', values)).oidc,
  removeOidc: () => api.delete<void>('/api/settings/oidc'),
  verifyAudit: () => api.post<Verification>('/api/audit/verify', {}),
};
