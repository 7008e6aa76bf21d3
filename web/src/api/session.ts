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
  current?: boolean;
}

/** Signing in and out, and what a person changes about themself. */
export const session = {
  me: () => api.get<{ user: SessionUser } | SessionUser>('/api/auth/me'),
  signIn: (email: string, password: string) => api.post<{ user: SessionUser }>('/api/auth/login', { email, password }),
  first: (body: { link_token: string; email: string; password: string }) => api.post<{ user: SessionUser }>('/api/auth/first', body),
  signOut: (everywhere: boolean) => api.post<void>('/api/auth/logout', everywhere ? { everywhere: true } : {}),
  change: (values: { language: string }) => api.patch<unknown>('/api/auth/me', values),
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
