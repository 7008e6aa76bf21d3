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

/** Signing in and out, and what a person changes about themself. */
export const session = {
  me: () => api.get<{ user: SessionUser } | SessionUser>('/api/auth/me'),
  signIn: (email: string, password: string, remember: boolean) => api.post<{ user: SessionUser }>('/api/auth/login', remember ? { email, password } : { email, password, remember }),
  first: (body: { link_token: string; email: string; password: string; name?: string; time_zone?: string; language?: string }) => api.post<{ user: SessionUser }>('/api/auth/first', body),
  signOut: (everywhere: boolean) => api.post<void>('/api/auth/logout', everywhere ? { everywhere: true } : {}),
  change: (values: { language?: string; name?: string; time_zone?: string }) => api.patch<unknown>('/api/auth/me', values),
  changePassword: (current: string, password: string) => api.post<void>('/api/auth/password', { current, password }),
  tokens: async () => {
    const answer = await api.get<{ items: Token[] } | Token[]>('/api/auth/tokens');
    return Array.isArray(answer) ? answer : answer.items;
  },
  createToken: (name: string, days: number | null) => api.post<{ token: string }>('/api/auth/tokens', days ? { name, expires_in_days: days } : { name }),
  deleteToken: (id: string) => api.delete<void>(`/api/auth/tokens/${encodeURIComponent(id)}`),
};
