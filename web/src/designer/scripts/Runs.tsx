import { IconCheck, IconClock, IconHistory, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { currentLocale } from '@/i18n';
import { ErrorState } from '@/ui/ErrorState';
import { State } from '@/ui/State';
import { scriptRuns } from '../state/api';

const LATER = 5_000;

/** What hooks after saves did last, and what went wrong. */
export function Runs() {
  const { t } = useTranslation('studio');
  const runs = useQuery({ queryKey: ['script-runs'], queryFn: scriptRuns, refetchInterval: LATER });
  if (runs.isError) return <ErrorState error={runs.error} retry={() => void runs.refetch()} />;
  if (runs.data?.length === 0) return <State icon={<IconHistory size={22} stroke={1.75} />} title={t('scripts.no_runs')} text={t('scripts.no_runs_text')} />;
  const moment = (text: string) => new Date(text).toLocaleString(currentLocale(), { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' });
  return (
    <ul className="plain-list runs">
      {runs.data?.map((run) => (
        <li key={run.id} className="row gap-8">
          {run.state === 'done' ? <IconCheck size={15} stroke={2} color="var(--ok)" aria-label={t('scripts.run_done')} /> : run.state === 'failed' ? <IconX size={15} stroke={2} color="var(--bad)" aria-label={t('scripts.run_failed')} /> : <IconClock size={15} stroke={1.75} aria-label={t('scripts.run_open')} />}
          <span className="numbers">{moment(run.created_at)}</span>
          <span className="grow">
            <span className="dim">{t('scripts.run_records', { count: run.total ?? 0 })}</span>
            {run.problems?.map((problem) => <div key={problem.message} className="bad">{problem.message}</div>)}
            {run.result?.log?.map((line, index) => <div key={index} className="dim">{line}</div>)}
          </span>
        </li>
      ))}
    </ul>
  );
}
