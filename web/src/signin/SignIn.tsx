import './signin.css';
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/error';
import { session } from '@/api/session';
import { Logo } from '@/ui/marks';
import { LanguageSwitch } from './LanguageSwitch';

/** Only addresses inside the product are followed after signing in. */
export const safeNext = (next: unknown) => (typeof next === 'string' && /^\/(?!\/|\\)/.test(next) && !next.startsWith('/login') ? next : '/');

export function SignIn() {
  const { t } = useTranslation('work');
  const navigate = useNavigate();
  const client = useQueryClient();
  const search = useSearch({ strict: false }) as { next?: string };
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setError('');
    try {
      await session.signIn(email.trim(), password);
      client.clear();
      await navigate({ href: safeNext(search.next), replace: true });
    } catch (cause) {
      const status = cause instanceof ApiError ? cause.status : -1;
      setError(status === 0 ? t('common:state.offline_text') : status === 429 ? (cause as ApiError).message : t('signin.wrong'));
      setBusy(false);
    }
  }

  return (
    <main className="signin">
      <div className="signin-language"><LanguageSwitch /></div>
      <div className="signin-box">
        <div className="column" style={{ alignItems: 'center', marginBottom: 24 }}>
          <Logo size={44} />
          <h1 className="signin-title">{t('signin.product')}</h1>
          <div className="muted size-14">{t('signin.subtitle')}</div>
        </div>
        <form className="card signin-card" onSubmit={(event) => void submit(event)}>
          <TextInput label={t('signin.email')} type="email" name="email" autoComplete="username" autoFocus required withAsterisk={false} value={email} onChange={(event) => setEmail(event.currentTarget.value)} size="lg" />
          <PasswordInput label={t('signin.password')} name="password" autoComplete="current-password" required withAsterisk={false} mt={16} value={password} error={error || undefined} onChange={(event) => setPassword(event.currentTarget.value)} size="lg"
            visibilityToggleButtonProps={{ 'aria-label': t('signin.show_password') }} />
          <Button type="submit" size="lg" fullWidth mt={18} loading={busy}>{t('signin.submit')}</Button>
        </form>
        <div className="size-12 dim" style={{ textAlign: 'center', marginTop: 20 }}>{t('signin.no_access')}</div>
      </div>
    </main>
  );
}
