import { Button, Modal, MultiSelect, PasswordInput, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { messagesByField } from '@/api/error';
import { records } from '@/api/records';
import { session } from '@/api/session';
import type { RecordData, Reference } from '@/catalog/types';
import { currentLanguage, LANGUAGES } from '@/i18n';
import { LANGUAGE_NAMES } from '@/shell/UserMenu';
import { PasswordStrength } from '@/signin/PasswordStrength';
import { toast } from '@/ui/toast';
import { useRoles } from './useRoles';

interface Props {
  user: RecordData | null;
  hasFactor: boolean;
  onClose: () => void;
  onSaved: () => void;
}

/** A person: name, address, roles, and a password given or changed by the administrator. */
export function UserDialog({ user, hasFactor, onClose, onSaved }: Props) {
  const { t } = useTranslation(['work', 'account']);
  const [values, setValues] = useState({ name: String(user?.name ?? ''), email: String(user?.email ?? ''), roles: ((user?.roles as Reference[] | null) ?? []).map((role) => role.id), teams: ((user?.teams as Reference[] | null) ?? []).map((team) => team.id), password: '', language: String(user?.language ?? currentLanguage()) });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const { roles } = useRoles();
  const teams = useQuery({ queryKey: ['records', 'team', 'all'], queryFn: ({ signal }) => records.query('team', { select: ['id', 'name'], sort: ['name'], limit: 500 }, signal) });
  const set = <K extends keyof typeof values>(name: K, value: (typeof values)[K]) => { setValues((old) => ({ ...old, [name]: value })); setErrors({}); };

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    const { password, ...rest } = values;
    const body = { ...rest, email: rest.email.trim(), ...(password && { password }) };
    try {
      if (user) await records.update('user', user.id, body, user.version);
      else await records.create('user', body);
      onSaved();
    } catch (cause) {
      setErrors(messagesByField(cause));
      setBusy(false);
    }
  }
  async function resetFactor() {
    if (!user) return;
    try {
      await session.resetFactor(user.id);
      toast(t('account:factor.was_reset', { name: String(user.name || user.email) }));
      onSaved();
    } catch (cause) {
      setErrors(messagesByField(cause));
    }
  }
  return (
    <Modal opened onClose={onClose} title={user ? String(user.name || user.email) : t('users.new')} closeButtonProps={{ 'aria-label': t('common:action.close') }} closeOnClickOutside={false}>
      <form className="column gap-12" onSubmit={(event) => void submit(event)}>
        {errors[''] && <div className="control-error" role="alert">{errors['']}</div>}
        <TextInput label={t('users.name')} value={values.name} error={errors.name} onChange={(event) => set('name', event.currentTarget.value)} data-autofocus required withAsterisk={false} />
        <TextInput label={t('users.email')} type="email" value={values.email} error={errors.email} onChange={(event) => set('email', event.currentTarget.value)} required withAsterisk={false} />
        <MultiSelect label={t('users.roles')} data={roles.map((role) => ({ value: role.id, label: role.label }))} value={values.roles} error={errors.roles} onChange={(next) => set('roles', next)} searchable clearable clearButtonProps={{ 'aria-label': t('field.clear') }} classNames={{ label: 'control-label', input: 'control-input' }} />
        {(teams.data?.items.length ?? 0) > 0 && <MultiSelect label={t('users.teams')} data={(teams.data?.items ?? []).map((team) => ({ value: team.id, label: String(team.name) }))} value={values.teams} error={errors.teams} onChange={(next) => set('teams', next)} searchable clearable clearButtonProps={{ 'aria-label': t('field.clear') }} classNames={{ label: 'control-label', input: 'control-input' }} />}
        <Select label={t('common:user.language')} data={LANGUAGES.map((language) => ({ value: language, label: LANGUAGE_NAMES[language] }))} value={values.language} onChange={(next) => next && set('language', next)} />
        <div>
          <PasswordInput label={t(user ? 'users.new_password' : 'users.password')} description={t(user ? 'users.password_kept' : 'users.password_told')} autoComplete="new-password" value={values.password} error={errors.password} onChange={(event) => set('password', event.currentTarget.value)} required={!user} withAsterisk={false} visibilityToggleButtonProps={{ 'aria-label': t('signin.show_password') }} />
          {values.password && <PasswordStrength password={values.password} />}
        </div>
        {user && hasFactor && <div className="row gap-8"><span className="grow muted">{t('account:factor.on')}</span><Button variant="subtle" color="red" onClick={() => void resetFactor()}>{t('account:factor.reset')}</Button></div>}
        <div className="row gap-8 right"><Button variant="subtle" onClick={onClose}>{t('common:action.cancel')}</Button><Button type="submit" loading={busy}>{t(user ? 'common:action.save' : 'users.add')}</Button></div>
      </form>
    </Modal>
  );
}
