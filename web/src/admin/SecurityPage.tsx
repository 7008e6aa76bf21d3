import './admin.css';
import { Button, MultiSelect, NumberInput, Switch } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, messagesByField } from '@/api/error';
import { type Security, settings } from '@/api/settings';
import { useCatalog } from '@/catalog/useCatalog';
import { ErrorState } from '@/ui/ErrorState';
import { toast } from '@/ui/toast';
import { AdminTabs } from './AdminTabs';
import { OidcForm } from './OidcForm';
import { useRoles } from './useRoles';

/** The settings of signing in as a form. */
function SecurityForm({ kept, roles }: { kept: Security; roles: { value: string; label: string }[] }) {
  const { t } = useTranslation('account');
  const client = useQueryClient();
  const [values, setValues] = useState(kept);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const set = (change: Partial<Security>) => { setValues((current) => ({ ...current, ...change })); setErrors({}); };
  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    try {
      client.setQueryData(['settings', 'security'], await settings.setSecurity(values));
      toast(t('security.saved'));
    } catch (cause) {
      setErrors(messagesByField(cause));
    } finally {
      setBusy(false);
    }
  }
  return (
    <form className="settings" onSubmit={(event) => void submit(event)}>
      {errors[''] && <div className="control-error" role="alert">{errors['']}</div>}
      <section className="card settings-block" aria-label={t('factor.title')}>
        <h2 className="section-title">{t('factor.title')}</h2>
        <p className="muted" style={{ margin: '2px 0 12px' }}>{t('security.factor_text')}</p>
        <div className="column gap-12">
          <Switch label={t('security.factor_everybody')} checked={values.second_factor_everybody} onChange={(event) => set({ second_factor_everybody: event.currentTarget.checked })} />
          <MultiSelect label={t('security.factor_roles')} disabled={values.second_factor_everybody} data={roles} value={values.second_factor_roles} error={errors.second_factor_roles} onChange={(next) => set({ second_factor_roles: next })} searchable clearable clearButtonProps={{ 'aria-label': t('work:field.clear') }} classNames={{ label: 'control-label', input: 'control-input' }} style={{ maxWidth: 420 }} />
        </div>
      </section>
      <section className="card settings-block" aria-label={t('work:me.sessions')}>
        <h2 className="section-title">{t('work:me.sessions')}</h2>
        <p className="muted" style={{ margin: '2px 0 12px' }}>{t('security.sessions_text')}</p>
        <div className="row gap-12" style={{ alignItems: 'flex-start', flexWrap: 'wrap' }}>
          <NumberInput label={t('security.idle')} suffix={t('security.minutes')} min={5} max={1440} allowDecimal={false} value={values.session_idle_minutes} error={errors.session_idle_minutes} onChange={(value) => set({ session_idle_minutes: Number(value) || 0 })} w={200} />
          <NumberInput label={t('security.life')} suffix={t('security.days')} min={1} max={90} allowDecimal={false} value={values.session_days} error={errors.session_days} onChange={(value) => set({ session_days: Number(value) || 0 })} w={200} />
        </div>
      </section>
      <section className="card settings-block" aria-label={t('admin.audit')}>
        <h2 className="section-title">{t('admin.audit')}</h2>
        <p className="muted" style={{ margin: '2px 0 12px' }}>{t('security.audit_text')}</p>
        <NumberInput label={t('security.audit_days')} placeholder={t('security.audit_forever')} suffix={t('security.days')} min={30} max={36500} allowDecimal={false} value={values.audit_days ?? ''} error={errors.audit_days} onChange={(value) => set({ audit_days: value === '' ? null : Number(value) })} w={240} />
      </section>
      <Button type="submit" loading={busy}>{t('common:action.save')}</Button>
    </form>
  );
}

/** Administration: how people sign in and how long they stay. */
export function SecurityPage() {
  const { t } = useTranslation('account');
  const allowed = useCatalog().data.rights.administer;
  const security = useQuery({ queryKey: ['settings', 'security'], queryFn: settings.security, enabled: allowed });
  const oidc = useQuery({ queryKey: ['settings', 'oidc'], queryFn: settings.oidc, enabled: allowed });
  const roles = useRoles(allowed).roles.map((role) => ({ value: role.name, label: role.label }));
  if (!allowed) return <ErrorState error={new ApiError(403, { title: t('common:state.no_access') })} />;
  return (
    <>
      <AdminTabs title={t('security.title')} />
      {security.isError && <ErrorState error={security.error} retry={() => void security.refetch()} />}
      <div className="settings-page">
        {security.data && <SecurityForm kept={security.data} roles={roles} />}
        {oidc.data !== undefined && <OidcForm kept={oidc.data} roles={roles} />}
      </div>
    </>
  );
}
