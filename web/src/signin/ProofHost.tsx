import { Button, Modal, PasswordInput } from '@mantine/core';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, messagesByField } from '@/api/error';
import { onProofNeeded } from '@/api/client';
import { session } from '@/api/session';

type Answer = (given: boolean) => void;

/** Asks for the password when an act needs a fresh proof; several acts that wait at once are answered by one dialog. */
export function ProofHost() {
  const { t } = useTranslation('account');
  const [waiting, setWaiting] = useState<Answer[]>([]);
  const [password, setPassword] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    onProofNeeded(() => new Promise<boolean>((answer) => setWaiting((current) => [...current, answer])));
    return () => onProofNeeded(null);
  }, []);

  function end(given: boolean) {
    waiting.forEach((answer) => answer(given));
    setWaiting([]);
    setPassword('');
    setError('');
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    event.stopPropagation();
    setBusy(true);
    try {
      await session.confirm(password);
      end(true);
    } catch (cause) {
      const gone = cause instanceof ApiError && cause.status === 401;
      if (gone) end(false);
      else setError(messagesByField(cause).password ?? Object.values(messagesByField(cause))[0] ?? t('proof.wrong'));
    } finally {
      setBusy(false);
    }
  }
  return (
    <Modal opened={waiting.length > 0} onClose={() => end(false)} title={t('proof.title')} zIndex={400} closeOnClickOutside={false} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <form className="column gap-12" onSubmit={(event) => void submit(event)}>
        <p className="muted" style={{ margin: 0 }}>{t('proof.text')}</p>
        <PasswordInput label={t('work:signin.password')} autoComplete="current-password" data-autofocus value={password} error={error || undefined} onChange={(event) => { setPassword(event.currentTarget.value); setError(''); }} visibilityToggleButtonProps={{ 'aria-label': t('work:signin.show_password') }} />
        <div className="row gap-8 right"><Button variant="subtle" onClick={() => end(false)}>{t('common:action.cancel')}</Button><Button type="submit" loading={busy} disabled={!password}>{t('proof.submit')}</Button></div>
      </form>
    </Modal>
  );
}
