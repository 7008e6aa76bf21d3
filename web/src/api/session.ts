import { chosenLanguage, forgetChosenLanguage } from '@/i18n';
import { api } from './client';

export interface SessionUser {
  id: string;
  name: string;
  email: string;
  language?: string;
}

export interface Token {
  id: string;
  name: string;
  created_at?: string;
  expires_at?: string | null;
  last_used_at?: string | null;
}

/** One signed-in browser. */
export interface Session {
  id: string;
  created_at: string;
  last_used_at: string;
  user_agent?: string | null;
  address?: string | null;
  current?: boolean;
}

/** How a person stands with the second factor. */
export interface FactorStanding {
  enabled: boolean;
  required: boolean;
  recovery_codes: number;
}

/** What is shown to set up an authenticator. */
export interface FactorSetup {
  secret: string;
  uri: string;
  qr: { size: number; path: string };
}

/** Makes the language picked by hand at the sign-in the person's own. Tells whether there was one. */
export async function keepChosenLanguage(): Promise<boolean> {
  const language = chosenLanguage();
  if (!language) return false;
  try {
    await session.change({ language });
    forgetChosenLanguage();
    return true;
  } catch {
    return false;
  }
}

/** Signing in and out, and what a person changes about themself. */
export const session = {
  me: () => api.get<{ user: SessionUser } | SessionUser>('/api/auth/me'),
  signIn: (email: string, password: string, code?: string) => api.post<{ user: SessionUser }>('/api/auth/login', { email, password, ...(code && { code }) }),
  confirm: (password: string) => api.post<void>('/api/auth/confirm', { password }),
  factor: () => api.get<FactorStanding>('/api/auth/factor'),
  beginFactor: () => api.post<FactorSetup>('/api/auth/factor', {}),
  confirmFactor: async (code: string) => (await api.post<{ recovery_codes: string[] }>('/api/auth/factor/confirm', { code })).recovery_codes,
  renewCodes: async () => (await api.post<{ recovery_codes: string[] }>('/api/auth/factor/codes', {})).recovery_codes,
  removeFactor: () => api.delete<void>('/api/auth/factor'),
  factorHolders: async () => (await api.get<{ items: string[] }>('/api/auth/factors')).items,
  resetFactor: (user: string) => api.delete<void>(`/api/auth/factors/${encodeURIComponent(user)}`),
  methods: () => api.get<{ oidc: { label: string } | null }>('/api/auth/methods'),
  /** Sends the browser to the company's own sign-in. */
  depart: async (next: string) => location.assign((await api.post<{ url: string }>('/api/auth/oidc', { next })).url),
  oidcLinked: async () => (await api.get<{ linked: boolean | null }>('/api/auth/oidc/link')).linked,
  linkOidc: async (next: string) => location.assign((await api.post<{ url: string }>('/api/auth/oidc/link', { next })).url),
  unlinkOidc: () => api.delete<void>('/api/auth/oidc/link'),
  endOtherSessions: () => api.delete<void>('/api/auth/sessions'),
  first: (body: { link_token: string; email: string; password: string }) => api.post<{ user: SessionUser }>('/api/auth/first', body),
  signOut: (everywhere: boolean) => api.post<void>('/api/auth/logout', everywhere ? { everywhere: true } : {}),
  change: (values: { language?: string; time_zone?: string }) => api.patch<unknown>('/api/auth/me', values),
  changePassword: (old: string, next: string) => api.post<void>('/api/auth/password', { old, new: next }),
  tokens: async () => {
    const answer = await api.get<{ items: Token[] } | Token[]>('/api/auth/tokens');
    return Array.isArray(answer) ? answer : answer.items;
  },
  createToken: (name: string, days: number | null) => api.post<{ token: string }>('/api/auth/tokens', days ? { name, expires_in_days: days } : { name }),
  sessions: async () => (await api.get<{ items: Session[] }>('/api/auth/sessions')).items,
  endSession: (id: string) => api.delete<void>(`/api/auth/sessions/${encodeURIComponent(id)}`),
  deleteToken: (id: string) => api.delete<void>(`/api/auth/tokens/${encodeURIComponent(id)}`),
};
