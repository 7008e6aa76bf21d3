import './me.css';
import { Button, PasswordInput, SegmentedControl, Select, useMantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconLogout2, IconUserCircle } from '@tabler/icons-react';
import { type FormEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, messagesByField } from '@/api/error';
import { session } from '@/api/session';
import { zoneOf } from '@/catalog/catalog';
import { useCatalog } from '@/catalog/useCatalog';
import { currentLanguage, LANGUAGES, type Language } from '@/i18n';
import { LANGUAGE_NAMES, useChangeLanguage, useSignOut } from '@/shell/UserMenu';
import { PasswordStrength, SHORTEST } from '@/signin/PasswordStrength';
import { zoneOptions } from '@/signin/zones';
import { Avatar } from '@/ui/marks';
import { toast } from '@/ui/toast';
import { Block } from './Block';
import { CompanyAccount } from './CompanyAccount';
import { SecondFactor } from './SecondFactor';
import { Sessions } from './Sessions';
import { Tokens } from './Tokens';

function Password() {
  const { t } = useTranslation('work');
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  async function submit(event: FormEvent) {
    event.preventDefault();
    if ([...next].length < SHORTEST) return setErrors({ password: t('first.password_short', { least: SHORTEST }) });
    setBusy(true);
    try {
      await session.changePassword(current, next);
      setCurrent('');
      setNext('');
      setErrors({});
      toast(t('me.password_changed'));
    } catch (cause) {
      setErrors(cause instanceof ApiError && [401, 403].includes(cause.status) ? { current: t('me.password_wrong') } : messagesByField(cause));
    } finally {
      setBusy(false);
    }
  }
  const toggle = { 'aria-label': t('signin.show_password') };
  return (
    <form className="column gap-12" style={{ maxWidth: 360 }} onSubmit={(event) => void submit(event)}>
      <PasswordInput label={t('me.current_password')} autoComplete="current-password" value={current} error={errors.current ?? errors.old} onChange={(event) => setCurrent(event.currentTarget.value)} visibilityToggleButtonProps={toggle} />
      <div><PasswordInput label={t('me.new_password')} autoComplete="new-password" value={next} error={errors.password ?? errors.new ?? errors['']} onChange={(event) => setNext(event.currentTarget.value)} visibilityToggleButtonProps={toggle} /><PasswordStrength password={next} /></div>
      <div><Button type="submit" variant="default" loading={busy} disabled={!current || !next}>{t('me.change_password')}</Button></div>
    </form>
  );
}

/** Where it is today for the person, in filters, rules and defaults. */
function TimeZone() {
  const { t } = useTranslation('work');
  const catalog = useCatalog().data;
  const client = useQueryClient();
  const options = useMemo(zoneOptions, []);
  async function pick(time_zone: string | null) {
    if (!time_zone) return;
    try {
      await session.change({ time_zone });
      await client.invalidateQueries();
    } catch (cause) {
      toast(Object.values(messagesByField(cause))[0] ?? '', { tone: 'bad' });
    }
  }
  return <Select label={t('me.time_zone')} description={t('me.time_zone_text')} searchable data={options} value={zoneOf(catalog) ?? null} onChange={(value) => void pick(value)} nothingFoundMessage={t('common:palette.nothing')} style={{ width: 360, maxWidth: '100%' }} />;
}

/** What a person sets for themself. */
export function ProfilePage() {
  const { t } = useTranslation(['work', 'account']);
  const { user } = useCatalog().data;
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const pickLanguage = useChangeLanguage();
  const signOut = useSignOut();
  return (
    <>
      <div className="top-bar"><IconUserCircle size={18} stroke={1.75} color="var(--primary)" /><h1 className="strong" style={{ fontSize: 15 }}>{t('common:user.profile')}</h1></div>
      <div className="me-page">
        <div className="row gap-12" style={{ marginBottom: 16 }}><Avatar name={user.name || user.email} size={40} /><div><div className="page-title">{user.name}</div><div className="muted">{user.email}</div></div></div>
        <Block title={t('me.look')}>
          <div className="column gap-12" style={{ alignItems: 'flex-start' }}>
            <div><div className="form-label">{t('common:user.language')}</div><SegmentedControl aria-label={t('common:user.language')} value={currentLanguage()} onChange={(value) => void pickLanguage(value as Language)} data={LANGUAGES.map((language) => ({ value: language, label: LANGUAGE_NAMES[language] }))} /></div>
            <div><div className="form-label">{t('common:user.theme')}</div><SegmentedControl aria-label={t('common:user.theme')} value={colorScheme} onChange={(value) => setColorScheme(value as typeof colorScheme)} data={['light', 'dark', 'auto'].map((value) => ({ value, label: t(`common:user.theme_${value}`) }))} /></div>
            <TimeZone />
          </div>
        </Block>
        <Block title={t('me.password')}><Password /></Block>
        <Block title={t('account:factor.title')} text={t('account:factor.text')}><SecondFactor /></Block>
        <CompanyAccount />
        <Block title={t('me.tokens')} text={t('me.tokens_text')}><Tokens /></Block>
        <Block title={t('me.sessions')} text={t('me.sessions_text')}><Sessions /><Button variant="subtle" mt={12} leftSection={<IconLogout2 size={15} stroke={1.75} />} onClick={() => void signOut(true)}>{t('common:user.sign_out_everywhere')}</Button></Block>
      </div>
    </>
  );
}
