import { Button, PasswordInput, Select, Switch, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { messagesByField } from '@/api/error';
import { type Oidc, settings } from '@/api/settings';
import { toast } from '@/ui/toast';

const EMPTY: Oidc = { issuer: '', client_id: '', client_secret: '', label: '', create_people: false, role: null };

/** The company's own sign-in, by OpenID Connect. */
export function OidcForm({ kept, roles }: { kept: Oidc | null; roles: { value: string; label: string }[] }) {
  const { t } = useTranslation('account');
  const client = useQueryClient();
  const [values, setValues] = useState<Oidc>({ ...EMPTY, ...kept });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const set = (change: Partial<Oidc>) => { setValues((current) => ({ ...current, ...change })); setErrors({}); };
  async function act(what: () => Promise<Oidc | null>, said: string) {
    setBusy(true);
    try {
      const next = await what();
      client.setQueryData(['settings', 'oidc'], next);
      setValues({ ...EMPTY, ...next });
      toast(said);
    } catch (cause) {
      setErrors(messagesByField(cause));
    } finally {
      setBusy(false);
    }
  }
  const submit = (event: FormEvent) => { event.preventDefault(); void act(() => settings.setOidc(values), t('security.saved')); };
  return (
    <form className="card settings-block" aria-label={t('oidc.title')} onSubmit={submit}>
      <h2 className="section-title">{t('oidc.title')}</h2>
      <p className="muted" style={{ margin: '2px 0 12px' }}>{t('oidc.text')}</p>
      <div className="column gap-12" style={{ maxWidth: 480 }}>
        {errors[''] && <div className="control-error" role="alert">{errors['']}</div>}
        <TextInput label={t('oidc.issuer')} placeholder="https://" value={values.issuer} error={errors.issuer} onChange={(event) => set({ issuer: event.currentTarget.value })} />
        <TextInput label={t('oidc.client_id')} value={values.client_id} error={errors.client_id} onChange={(event) => set({ client_id: event.currentTarget.value })} />
        <PasswordInput label={t('oidc.client_secret')} description={kept?.has_secret ? t('oidc.secret_kept') : undefined} autoComplete="off" value={values.client_secret ?? ''} onChange={(event) => set({ client_secret: event.currentTarget.value })} visibilityToggleButtonProps={{ 'aria-label': t('work:signin.show_password') }} />
        <TextInput label={t('oidc.label')} placeholder={t('oidc.label_example')} value={values.label} error={errors.label} onChange={(event) => set({ label: event.currentTarget.value })} />
        <Switch label={t('oidc.create')} checked={values.create_people} onChange={(event) => set({ create_people: event.currentTarget.checked })} />
        {values.create_people && <Select label={t('oidc.role')} clearable clearButtonProps={{ 'aria-label': t('work:field.clear') }} data={roles} value={values.role} error={errors.role} onChange={(role) => set({ role })} />}
        <div className="row gap-8"><Button type="submit" variant="default" loading={busy} disabled={!values.issuer || !values.client_id || !values.label}>{t('oidc.save')}</Button>{kept && <Button variant="subtle" color="red" onClick={() => void act(async () => { await settings.removeOidc(); return null; }, t('oidc.removed'))}>{t('oidc.remove')}</Button>}</div>
      </div>
    </form>
  );
}
