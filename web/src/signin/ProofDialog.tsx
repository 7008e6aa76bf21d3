import { Button, Modal, PasswordInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, messagesByField } from '@/api/error';
import { session } from '@/api/session';

/** The password once more. Loaded when it is first asked for. */
export default function ProofDialog({ onEnd }: { onEnd: (given: boolean) => void }) {
  const { t } = useTranslation(['account', 'work']);
  const [password, setPassword] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    event.stopPropagation();
    setBusy(true);
    try {
      await session.confirm(password);
      onEnd(true);
    } catch (cause) {
      const gone = cause instanceof ApiError && cause.status === 401;
      if (gone) onEnd(false);
      else setError(messagesByField(cause).password ?? Object.values(messagesByField(cause))[0] ?? t('proof.wrong'));
    } finally {
      setBusy(false);
    }
  }
  return (
    <Modal opened onClose={() => onEnd(false)} title={t('proof.title')} zIndex={400} closeOnClickOutside={false} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <form className="column gap-12" onSubmit={(event) => void submit(event)}>
        <p className="muted" style={{ margin: 0 }}>{t('proof.text')}</p>
        <PasswordInput label={t('work:signin.password')} autoComplete="current-password" data-autofocus value={password} error={error || undefined} onChange={(event) => { setPassword(event.currentTarget.value); setError(''); }} visibilityToggleButtonProps={{ 'aria-label': t('work:signin.show_password') }} />
        <div className="row gap-8 right"><Button variant="subtle" onClick={() => onEnd(false)}>{t('common:action.cancel')}</Button><Button type="submit" loading={busy} disabled={!password}>{t('proof.submit')}</Button></div>
      </form>
    </Modal>
  );
}
