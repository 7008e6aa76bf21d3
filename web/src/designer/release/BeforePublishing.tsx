import { Button, Checkbox, Modal, Textarea } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { currentLocale } from '@/i18n';
import { isError } from '../model/problems';
import { useStudio } from '../state/StudioProvider';
import type { Publishing } from './usePublish';

/** Checks, a note for the team, consent to what hides data, one button. */
export function BeforePublishing({ publishing }: { publishing: Publishing }) {
  const { t } = useTranslation('studio');
  const { bench, changed, count, state } = useStudio();
  const [note, setNote] = useState('');
  const [asked, setAsked] = useState(false);
  const [agreed, setAgreed] = useState<{ plan: string; steps: string[] }>({ plan: '', steps: [] });
  const { plan, mistakes, phase } = publishing;
  if (changed.size === 0) return null;

  const { data, listed } = publishing;
  const number = listed?.rows.length ?? count;
  const destructive = data?.steps.filter((step) => step.destructive) ?? [];
  const consent = agreed.plan === data?.plan_id ? agreed.steps : [];
  const consented = destructive.every((step) => consent.includes(step.summary));
  const errors = mistakes.length || state.problems.filter(isError).length;
  const waits = state.unsaved
    ? t(state.status === 'offline' ? 'release.waits_offline' : errors > 0 ? 'release.waits_refused' : 'release.waits_saving')
    : errors > 0 ? t('release.waits_mistakes') : data && !consented ? t('release.waits_consent') : '';
  const ready = data && !waits && data.steps.length > 0 && !plan.isFetching && phase !== 'publishing' && phase !== 'outdated';
  const agree = (summary: string, on: boolean) => setAgreed({ plan: data?.plan_id ?? '', steps: on ? [...consent, summary] : consent.filter((one) => one !== summary) });

  return (
    <section className="before" aria-label={t('release.before')}>
      <h3 className="strong size-14">{t('release.before')}</h3>
      {(errors > 0 || !state.unsaved) && <Check ok={errors === 0} bad text={errors === 0 ? t('release.checked', { count: state.documents.size }) : t('release.mistakes', { count: errors })} />}
      {data && <Check ok={data.warnings.length === 0} text={data.warnings.length ? t('release.warnings', { count: data.warnings.length }) : t('release.no_warnings')} />}
      {listed?.apart.map((warning, index) => <p key={index} className="hint no-margin">{warning.message}</p>)}
      <Textarea label={t('release.note')} value={note} rows={3} maxLength={500} onChange={(event) => setNote(event.currentTarget.value)} />
      {destructive.map((step) => (
        <Checkbox key={step.summary} checked={consent.includes(step.summary)} onChange={(event) => agree(step.summary, event.currentTarget.checked)} label={step.summary}
          description={[step.rows_affected ? t('release.values', { count: step.rows_affected, number: step.rows_affected.toLocaleString(currentLocale()) }) : '', t('release.undoable')].filter(Boolean).join('. ')} />
      ))}
      {waits && <p id="publish-waits" className="hint no-margin" role="status">{waits}</p>}
      <Button fullWidth size="md" disabled={!ready} aria-describedby={waits ? 'publish-waits' : undefined} loading={phase === 'publishing'} onClick={() => { void publishing.run(destructive.length > 0, note).then(() => setNote('')); }}>{t('release.publish', { count: number })}</Button>
      <div className="row gap-8" style={{ justifyContent: 'center' }}><Button size="compact-xs" variant="subtle" data-danger disabled={phase === 'publishing'} onClick={() => setAsked(true)}>{t('release.discard_all')}</Button></div>
      <Modal opened={asked} onClose={() => setAsked(false)} title={t('release.discard_ask', { count: number })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
        <p>{t(bench.canTakeBackAll() ? 'release.discard_undo' : 'release.discard_final')}</p>
        <div className="row gap-8 right"><Button variant="subtle" onClick={() => setAsked(false)}>{t('release.discard_keep')}</Button><Button color="red.9" onClick={() => { setAsked(false); bench.revertAll(); }}>{t('release.discard')}</Button></div>
      </Modal>
    </section>
  );
}

function Check({ ok, bad, text }: { ok: boolean; bad?: boolean; text: string }) {
  const icon = { size: 16, stroke: 1.75 };
  return <div className="row gap-8 check">{ok ? <IconCircleCheck {...icon} className="ok" /> : bad ? <IconCircleX {...icon} className="bad" /> : <IconAlertTriangle {...icon} className="warn" />}<span>{text}</span></div>;
}
