import { Button, Checkbox, Modal, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { messagesByField } from '@/api/error';
import { records } from '@/api/records';
import { useCatalog } from '@/catalog/useCatalog';
import type { Reference, SavedView } from '@/catalog/types';
import type { Named } from './useViews';

interface Props {
  /** The view that is changed; a new one when absent. */
  view?: SavedView;
  label?: string;
  onSave: (named: Named) => Promise<void>;
  onRemove?: () => void;
  onClose: () => void;
}

/** The name of a view, and for whom it is. */
export function ViewDialog({ view, label = '', onSave, onRemove, onClose }: Props) {
  const { t } = useTranslation('work');
  const { rights, user } = useCatalog().data;
  const [name, setName] = useState(view?.label ?? label);
  const [audience, setAudience] = useState(view?.audience === 'team' ? (view.team ?? 'me') : (view?.audience ?? 'me'));
  const [isDefault, setDefault] = useState(view?.default ?? false);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const own = useQuery({ queryKey: ['record', 'user', user.id, 'teams'], queryFn: () => records.get('user', user.id), retry: false, staleTime: 60_000 });
  const teams = Array.isArray(own.data?.teams) ? (own.data.teams as Reference[]) : [];
  const people = [
    { value: 'me', label: t('view.for_me') },
    ...teams.map((team) => ({ value: team.id, label: t('view.for_team', { name: team.title }) })),
    ...(view?.team && !teams.some((team) => team.id === view.team) ? [{ value: view.team, label: t('view.for_other_team') }] : []),
    ...(rights.design || view?.audience === 'everyone' ? [{ value: 'everyone', label: t('view.for_everyone') }] : []),
  ];
  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    try {
      const isTeam = audience !== 'me' && audience !== 'everyone';
      await onSave({ label: name, audience: isTeam ? 'team' : (audience as SavedView['audience']), team: isTeam ? audience : null, default: isDefault });
      onClose();
    } catch (error) {
      setErrors(messagesByField(error));
    } finally {
      setBusy(false);
    }
  }
  const other = Object.entries(errors).flatMap(([field, message]) => (['label', 'audience', 'team'].includes(field) ? [] : message));
  return (
    <Modal opened onClose={onClose} title={t(view ? 'view.settings' : 'view.save_as_title')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <form className="column gap-12" onSubmit={(event) => void submit(event)}>
        <TextInput label={t('view.name')} value={name} error={errors.label} onChange={(event) => setName(event.currentTarget.value)} maxLength={120} required data-autofocus />
        <Select label={t('view.audience')} data={people} value={audience} error={errors.audience ?? errors.team} onChange={(value) => value && setAudience(value)} allowDeselect={false} />
        <Checkbox label={t('view.default')} checked={isDefault} onChange={(event) => setDefault(event.currentTarget.checked)} />
        {other.length > 0 && <p className="size-12" style={{ color: 'var(--bad)' }} role="alert">{other.join(' ')}</p>}
        <div className="row gap-8" style={{ justifyContent: 'flex-end', marginTop: 8 }}>
          {onRemove && <Button variant="subtle" color="red" onClick={() => { onRemove(); onClose(); }}>{t('view.remove')}</Button>}
          <span className="grow" />
          <Button variant="default" onClick={onClose}>{t('common:action.cancel')}</Button>
          <Button type="submit" loading={busy}>{t('view.save')}</Button>
        </div>
      </form>
    </Modal>
  );
}
