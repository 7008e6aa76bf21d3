import { Button, Loader, Progress } from '@mantine/core';
import { IconCircleCheck, IconRefresh, IconRocket } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { currentLocale } from '@/i18n';
import { ErrorState } from '@/ui/ErrorState';
import { State } from '@/ui/State';
import type { Job } from '../model/types';
import { useStudio } from '../state/StudioProvider';
import { MistakeList } from './MistakeList';
import { StepGroup } from './StepGroup';
import type { Publishing } from './usePublish';

/** The plan in sentences, those that need a look first. */
export function PlanView({ publishing }: { publishing: Publishing }) {
  const { t } = useTranslation('studio');
  const { state, changed, count } = useStudio();
  const { plan, mistakes, phase, job, revision } = publishing;

  if (phase === 'done') {
    return (
      <State hue="green" icon={<IconCircleCheck size={22} stroke={1.75} />} title={t('release.done', { number: revision ?? state.revision })} text={t('release.done_text')}>
        <Button component={Link} to="/">{t('common:action.go_home')}</Button>
        <Button variant="default" onClick={publishing.closeDone}>{t('release.stay')}</Button>
      </State>
    );
  }
  if (job) return <JobView job={job} onCancel={() => void publishing.cancel()} />;
  if (changed.size === 0) return <State icon={<IconRocket size={22} stroke={1.75} />} title={t('release.nothing')} text={t('release.nothing_text')} />;
  const { data, listed } = publishing;
  const rows = listed?.rows ?? [];
  const look = rows.filter((row) => row.class !== 'safe' || row.warnings.length > 0);
  const safe = rows.filter((row) => !look.includes(row));
  const authors = [...new Set([...state.items.values()].map((item) => item.updated_by?.title).filter(Boolean))].join(', ');

  return (
    <>
      <h2 className="page-title">{t('release.title', { count: listed?.rows.length ?? count })}</h2>
      <p className="muted no-margin release-sub">{[t('release.on_top', { number: state.revision }), authors].filter(Boolean).join(' · ')}</p>
      {phase === 'outdated' && (
        <div className="notice warning" role="alert">
          <div className="grow"><div className="medium warn">{t('release.outdated')}</div><div className="muted">{t('release.outdated_text')}</div></div>
          <Button variant="default" leftSection={<IconRefresh size={15} stroke={1.75} />} onClick={() => void publishing.again()}>{t('release.replan')}</Button>
        </div>
      )}
      {(phase === 'failed' || phase === 'refused') && <div className="notice danger" role="alert"><div className="grow"><div className="medium bad">{t('release.failed')}</div><div className="muted">{publishing.message ?? t('common:state.offline_text')}</div></div><Button variant="default" onClick={() => void publishing.again()}>{t('common:action.retry')}</Button></div>}
      {mistakes.length > 0 && <MistakeList mistakes={mistakes} />}
      {plan.isError && !state.unsaved && mistakes.length === 0 && <ErrorState error={plan.error} retry={() => void publishing.again()} />}
      {plan.isFetching && !data && <div className="row gap-8 muted release-waiting" role="status"><Loader size={16} />{t('release.planning')}</div>}
      <StepGroup title={t('release.look')} rows={look} open />
      <StepGroup title={t('release.safe')} rows={safe} />
      {data && data.steps.length === 0 && <p className="hint">{t('release.no_steps')}</p>}
    </>
  );
}

function JobView({ job, onCancel }: { job: Job; onCancel: () => void }) {
  const { t } = useTranslation('studio');
  const share = job.total ? Math.round(((job.done ?? 0) / job.total) * 100) : 0;
  const number = (value?: number | null) => (value ?? 0).toLocaleString(currentLocale());
  return (
    <div className="card job" role="status">
      <div className="row between"><span className="medium">{t('release.working')}</span><span className="strong numbers">{share}%</span></div>
      <Progress value={share} size="sm" aria-label={t('release.working')} />
      <div className="row between size-12 muted"><span>{job.message ?? (job.total ? t('release.progress', { done: number(job.done), total: number(job.total) }) : '')}</span><Button size="compact-xs" variant="subtle" onClick={onCancel}>{t('common:action.cancel')}</Button></div>
    </div>
  );
}
