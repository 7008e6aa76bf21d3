import './signin.css';
import { Button, PasswordInput, Select, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { IconArrowRight, IconGitBranch, IconLock, IconServer, IconTableOptions } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, messagesByField } from '@/api/error';
import { records } from '@/api/records';
import { session } from '@/api/session';
import { currentLanguage, forgetChosenLanguage } from '@/i18n';
import { Logo } from '@/ui/marks';
import { LanguageSwitch } from './LanguageSwitch';
import { PasswordStrength, SHORTEST } from './PasswordStrength';
import { Preview } from './Preview';
import { ownZone, zoneOptions } from './zones';

/** The one-time page that makes the first administrator, opened by the link the server prints. */
export function FirstRun() {
  const { t } = useTranslation('work');
  const navigate = useNavigate();
  const client = useQueryClient();
  const search = useSearch({ strict: false }) as { token?: string };
  const [values, setValues] = useState({ name: '', email: '', password: '', time_zone: ownZone() });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const set = (name: keyof typeof values) => (value: string) => setValues((current) => ({ ...current, [name]: value }));

  /** The account exists; what is told about its owner is an ordinary change of the record. */
  async function describe(id: string) {
    await session.change({ language: currentLanguage() }).then(forgetChosenLanguage).catch(() => undefined);
    const mine = await records.get('user', id).catch(() => undefined);
    if (mine) await records.update('user', id, { name: values.name, time_zone: values.time_zone }, mine.version).catch(() => undefined);
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    if ([...values.password].length < SHORTEST) return setErrors({ password: t('first.password_short', { least: SHORTEST }) });
    setBusy(true);
    setErrors({});
    try {
      const { user } = await session.first({ link_token: search.token ?? '', email: values.email.trim(), password: values.password });
      await describe(user.id);
      client.clear();
      await navigate({ to: '/', replace: true });
    } catch (cause) {
      const refused = cause instanceof ApiError && [401, 403, 404].includes(cause.status);
      setErrors(refused ? { '': t('first.link_used') } : messagesByField(cause));
      setBusy(false);
    }
  }

  const points = [['draw', IconTableOptions], ['publish', IconGitBranch], ['access', IconLock]] as const;
  return (
    <main className="first">
      <div className="first-form">
        <div className="row between"><span className="row gap-8 strong size-16"><Logo size={28} />{t('signin.product')}</span><LanguageSwitch /></div>
        <form onSubmit={(event) => void submit(event)} style={{ margin: 'auto 0' }}>
          <h1 className="first-title">{t('first.title')}</h1>
          <p className="muted size-14" style={{ margin: '4px 0 24px' }}>{t('first.text')}</p>
          {errors[''] && <div className="form-summary" role="alert">{errors['']}</div>}
          <div className="column gap-16">
            <TextInput size="lg" label={t('first.name')} autoComplete="name" required withAsterisk={false} autoFocus value={values.name} error={errors.name} onChange={(event) => set('name')(event.currentTarget.value)} />
            <TextInput size="lg" label={t('first.email')} type="email" autoComplete="username" required withAsterisk={false} value={values.email} error={errors.email} onChange={(event) => set('email')(event.currentTarget.value)} />
            <div>
              <PasswordInput size="lg" label={t('signin.password')} autoComplete="new-password" required withAsterisk={false} value={values.password} error={errors.password} onChange={(event) => set('password')(event.currentTarget.value)} visibilityToggleButtonProps={{ 'aria-label': t('signin.show_password') }} />
              <PasswordStrength password={values.password} />
            </div>
            <Select size="lg" label={t('first.time_zone')} searchable data={zoneOptions()} value={values.time_zone} onChange={(value) => value && set('time_zone')(value)} nothingFoundMessage={t('common:palette.nothing')} />
          </div>
          <Button type="submit" size="lg" fullWidth mt={24} loading={busy} rightSection={<IconArrowRight size={16} stroke={1.75} />}>{t('first.submit')}</Button>
        </form>
        <div className="row gap-6 size-12 dim"><IconServer size={14} stroke={1.75} />{t('first.stays')}</div>
      </div>
      <aside className="first-side">
        <div className="first-claim">{t('first.claim')}</div>
        <ul className="first-points">{points.map(([key, Icon]) => <li key={key}><Icon size={18} stroke={1.75} color="var(--primary)" />{t(`first.point_${key}`)}</li>)}</ul>
        <Preview />
      </aside>
    </main>
  );
}
