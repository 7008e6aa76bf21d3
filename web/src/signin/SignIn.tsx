import './signin.css';
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { IconBuilding } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/error';
import { keepChosenLanguage, session } from '@/api/session';
import { Logo } from '@/ui/marks';
import { LanguageSwitch } from './LanguageSwitch';
import { safeNext } from './next';

/** Why the company's own sign-in sent somebody back without letting them in. */
const PROBLEMS = ['refused', 'unknown', 'link_first', 'linked_elsewhere'] as const;

export function SignIn() {
  const { t } = useTranslation(['work', 'account']);
  const navigate = useNavigate();
  const client = useQueryClient();
  const search = useSearch({ strict: false }) as { next?: string; problem?: string };
  const problem = PROBLEMS.find((name) => search.problem === `auth.oidc_${name}`);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [asked, setAsked] = useState(false);
  const methods = useQuery({ queryKey: ['signin', 'methods'], queryFn: session.methods, retry: false });
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setError('');
    try {
      await session.signIn(email.trim(), password, asked ? code.trim() : undefined);
      await keepChosenLanguage();
      client.clear();
      await navigate({ href: safeNext(search.next), replace: true });
    } catch (cause) {
      const status = cause instanceof ApiError ? cause.status : -1;
      const about = cause instanceof ApiError ? cause.code : undefined;
      setBusy(false);
      if (about === 'auth.second_factor') return setAsked(true);
      setCode('');
      if (about === 'auth.wrong_credentials') setAsked(false);
      setError(status === 0 ? t('common:state.offline_text') : status === 429 || about === 'auth.second_factor_wrong' ? (cause as ApiError).message : t('signin.wrong'));
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
        {problem && <div className="form-summary" role="alert">{t(`account:oidc.problem.${problem}`)}</div>}
        <form className="card signin-card" onSubmit={(event) => void submit(event)}>
          {asked
            ? <TextInput label={t('account:factor.code')} description={t('account:factor.code_or_recovery')} name="code" autoComplete="one-time-code" autoFocus required withAsterisk={false} value={code} error={error || undefined} onChange={(event) => setCode(event.currentTarget.value)} size="lg" />
            : <><TextInput label={t('signin.email')} type="email" name="email" autoComplete="username" autoFocus required withAsterisk={false} value={email} onChange={(event) => setEmail(event.currentTarget.value)} size="lg" />
              <PasswordInput label={t('signin.password')} name="password" autoComplete="current-password" required withAsterisk={false} mt={16} value={password} error={error || undefined} onChange={(event) => setPassword(event.currentTarget.value)} size="lg"
                visibilityToggleButtonProps={{ 'aria-label': t('signin.show_password') }} /></>}
          <Button type="submit" size="lg" fullWidth mt={18} loading={busy}>{t('signin.submit')}</Button>
          {!asked && methods.data?.oidc && <Button variant="default" size="lg" fullWidth mt={8} leftSection={<IconBuilding size={16} stroke={1.75} />} onClick={() => void session.depart(safeNext(search.next)).catch(() => setError(t('account:oidc.problem.refused')))}>{methods.data.oidc.label}</Button>}
          {asked && <Button variant="subtle" fullWidth mt={8} onClick={() => { setAsked(false); setCode(''); setError(''); setPassword(''); }}>{t('account:factor.back')}</Button>}
        </form>
        <div className="size-12 dim" style={{ textAlign: 'center', marginTop: 20 }}>{t('signin.no_access')}</div>
      </div>
    </main>
  );
}
