import './admin.css';
import { Button, Select, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { ApiError, messagesByField } from '@/api/error';
import { useCatalog } from '@/catalog/useCatalog';
import { type Language, LANGUAGES } from '@/i18n';
import { LANGUAGE_NAMES } from '@/shell/UserMenu';
import { ErrorState } from '@/ui/ErrorState';
import { toast } from '@/ui/toast';
import { AdminTabs } from './AdminTabs';

interface Settings {
  name: string;
  language: string;
  currency: string;
  time_zone: string;
}

const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone')];

/** Settings of the workspace: its name, currency and time zone; the language it was made with. */
export function WorkspacePage() {
  const { t } = useTranslation('work');
  const allowed = useCatalog().data.rights.administer;
  const settings = useQuery({ queryKey: ['workspace'], queryFn: () => api.get<Settings>('/api/workspace'), enabled: allowed });
  if (!allowed) return <ErrorState error={new ApiError(403, { title: t('common:state.no_access') })} />;
  return (
    <>
      <AdminTabs title={t('workspace.title')} />
      {settings.isError && <ErrorState error={settings.error} retry={() => void settings.refetch()} />}
      {settings.data && <SettingsForm settings={settings.data} />}
      <Mail />
    </>
  );
}

/** By which server scripts send mail; whoever runs the product sets it. */
function Mail() {
  const { t } = useTranslation('work');
  const mail = useQuery({ queryKey: ['workspace', 'mail'], queryFn: () => api.get<{ server: string | null; from: string | null }>('/api/workspace/mail') });
  if (!mail.data) return null;
  const { server, from } = mail.data;
  return (
    <section className="column gap-8 workspace-form" aria-label={t('workspace.mail')}>
      <h2 className="section-title">{t('workspace.mail')}</h2>
      <p className="muted" style={{ margin: 0 }}>{server ? t('workspace.mail_set', { server, from }) : t('workspace.mail_none')}</p>
      <Link to="/e/$entity" params={{ entity: 'sent_message' }}>{t('workspace.mail_sent')}</Link>
    </section>
  );
}

function SettingsForm({ settings }: { settings: Settings }) {
  const { t } = useTranslation('work');
  const client = useQueryClient();
  const [values, setValues] = useState(settings);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const set = (patch: Partial<Settings>) => { setValues((old) => ({ ...old, ...patch })); setErrors({}); };

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    try {
      const { language: _, ...body } = values;
      setValues(await api.patch<Settings>('/api/workspace', body));
      await client.invalidateQueries();
      toast(t('workspace.saved'));
    } catch (cause) {
      setErrors(messagesByField(cause));
    } finally {
      setBusy(false);
    }
  }
  return (
    <form className="column gap-16 workspace-form" onSubmit={(event) => void submit(event)}>
      {errors[''] && <div className="control-error" role="alert">{errors['']}</div>}
      <TextInput label={t('workspace.name')} value={values.name} error={errors.name} onChange={(event) => set({ name: event.currentTarget.value })} required withAsterisk={false} maxLength={100} />
      <TextInput label={t('workspace.currency')} description={t('workspace.currency_text')} value={values.currency} error={errors.currency} onChange={(event) => set({ currency: event.currentTarget.value.toUpperCase() })} required withAsterisk={false} maxLength={3} />
      <Select label={t('workspace.time_zone')} description={t('workspace.time_zone_text')} data={ZONES} value={values.time_zone} error={errors.time_zone} onChange={(next) => next && set({ time_zone: next })} searchable allowDeselect={false} />
      <TextInput label={t('workspace.language')} description={t('workspace.language_text')} value={LANGUAGES.includes(values.language as Language) ? LANGUAGE_NAMES[values.language as Language] : values.language} readOnly />
      <div className="row"><Button type="submit" loading={busy}>{t('common:action.save')}</Button></div>
    </form>
  );
}
