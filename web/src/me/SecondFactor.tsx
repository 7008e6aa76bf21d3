import { Button, CopyButton, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconCopy, IconShieldCheck, IconShieldLock } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { messagesByField } from '@/api/error';
import { type FactorSetup, session } from '@/api/session';
import { toast } from '@/ui/toast';

const firstOf = (cause: unknown) => Object.values(messagesByField(cause))[0] ?? '';

/** A QR code drawn here, so that the secret goes nowhere. */
function QrCode({ qr, label }: { qr: FactorSetup['qr']; label: string }) {
  return <svg role="img" aria-label={label} viewBox={`0 0 ${qr.size} ${qr.size}`} width={184} height={184} shapeRendering="crispEdges" className="factor-qr"><rect width={qr.size} height={qr.size} fill="#fff" /><path d={qr.path} fill="#000" /></svg>;
}

/** Recovery codes, shown once. */
function Codes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const { t } = useTranslation('account');
  return (
    <div className="token-made" role="status">
      <div className="medium">{t('factor.codes_made')}</div>
      <ul className="factor-codes mono">{codes.map((code) => <li key={code}>{code}</li>)}</ul>
      <div className="row gap-8"><CopyButton value={codes.join('\n')}>{({ copied, copy }) => <Button variant="default" size="xs" leftSection={<IconCopy size={15} stroke={1.75} />} onClick={copy}>{t(copied ? 'work:me.copied' : 'work:me.copy')}</Button>}</CopyButton><Button size="xs" onClick={onDone}>{t('factor.codes_kept')}</Button></div>
    </div>
  );
}

/** The steps of the set-up: the picture, the first code, the recovery codes. */
export function FactorSteps({ onDone, onCancel }: { onDone: () => void; onCancel?: () => void }) {
  const { t } = useTranslation('account');
  const setup = useQuery({ queryKey: ['factor', 'setup'], queryFn: session.beginFactor, staleTime: Infinity, gcTime: 0, retry: false });
  const [code, setCode] = useState('');
  const [error, setError] = useState('');
  const [codes, setCodes] = useState<string[] | null>(null);
  const [busy, setBusy] = useState(false);
  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    try {
      setCodes(await session.confirmFactor(code));
    } catch (cause) {
      setError(firstOf(cause));
    } finally {
      setBusy(false);
    }
  }
  if (codes) return <Codes codes={codes} onDone={onDone} />;
  if (setup.isError) return <div className="column gap-12"><div className="control-error" role="alert">{firstOf(setup.error)}</div><div className="row gap-8"><Button variant="default" onClick={() => void setup.refetch()}>{t('factor.again')}</Button>{onCancel && <Button variant="subtle" onClick={onCancel}>{t('common:action.cancel')}</Button>}</div></div>;
  if (!setup.data) return <div className="factor-qr skeleton" aria-busy />;
  return (
    <form className="factor-steps" onSubmit={(event) => void submit(event)}>
      <QrCode qr={setup.data.qr} label={t('factor.qr')} />
      <div className="column gap-12 grow">
        <p style={{ margin: 0 }}>{t('factor.scan')}</p>
        <div><div className="form-label">{t('factor.secret')}</div><code className="mono token-text">{setup.data.secret.match(/.{1,4}/g)?.join(' ')}</code></div>
        <TextInput label={t('factor.code')} inputMode="numeric" autoComplete="one-time-code" maxLength={8} value={code} error={error || undefined} onChange={(event) => { setCode(event.currentTarget.value); setError(''); }} style={{ maxWidth: 200 }} />
        <div className="row gap-8"><Button type="submit" loading={busy} disabled={code.replace(/\s/g, '').length < 6}>{t('factor.turn_on')}</Button>{onCancel && <Button variant="subtle" onClick={onCancel}>{t('common:action.cancel')}</Button>}</div>
      </div>
    </form>
  );
}

/** The second factor in the profile. */
export function SecondFactor() {
  const { t } = useTranslation('account');
  const standing = useQuery({ queryKey: ['factor'], queryFn: session.factor });
  const [step, setStep] = useState<'setup' | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  async function act(what: () => Promise<void>) {
    try {
      await what();
    } catch (cause) {
      if (firstOf(cause)) toast(firstOf(cause), { tone: 'bad' });
    }
    await standing.refetch();
  }
  const done = () => { setStep(null); setCodes(null); void standing.refetch(); };
  if (!standing.data) return null;
  if (step === 'setup') return <FactorSteps onDone={done} onCancel={() => setStep(null)} />;
  if (codes) return <Codes codes={codes} onDone={done} />;
  if (!standing.data.enabled) return <div className="row gap-8"><IconShieldLock size={18} stroke={1.75} color="var(--text-3)" /><span className="grow muted">{t(standing.data.required ? 'factor.off_required' : 'factor.off')}</span><Button variant="default" onClick={() => setStep('setup')}>{t('factor.set_up')}</Button></div>;
  return (
    <>
      <div className="row gap-8"><IconShieldCheck size={18} stroke={1.75} color="var(--ok)" /><span className="grow"><span className="medium">{t('factor.on')}</span><span className="dim size-12" style={{ display: 'block' }}>{t('factor.codes_left', { count: standing.data.recovery_codes })}</span></span></div>
      <div className="row gap-8" style={{ marginTop: 12 }}>
        <Button variant="default" onClick={() => void act(async () => setCodes(await session.renewCodes()))}>{t('factor.new_codes')}</Button>
        {!standing.data.required && <Button variant="subtle" color="red" onClick={() => void act(async () => { await session.removeFactor(); toast(t('factor.removed')); })}>{t('factor.turn_off')}</Button>}
      </div>
    </>
  );
}
