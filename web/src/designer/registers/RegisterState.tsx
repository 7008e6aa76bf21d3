import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { currentLocale } from '@/i18n';
import { momentOf } from '@/list/asOf';
import { Last } from '../pages/SchedulesPage';
import { refreshRegister, registerStates } from '../state/api';
import { useStudio } from '../state/StudioProvider';

const SOON = 1_000;
const LATER = 10_000;

/** Of which moment the kept rows are, how many, what composed them last, and composing them now. */
export function RegisterState({ name }: { name: string }) {
  const { t } = useTranslation('studio');
  const { state } = useStudio();
  const client = useQueryClient();
  const known = useQuery({
    queryKey: ['registers', state.revision], queryFn: registerStates,
    refetchInterval: (query) => (query.state.data?.some((one) => one.last?.state === 'queued' || one.last?.state === 'running' || !one.as_of) ? SOON : LATER),
  });
  const run = useMutation({
    mutationFn: refreshRegister,
    onSettled: () => client.invalidateQueries({ queryKey: ['registers'] }),
    onError: (error) => notifications.show({ color: 'red', message: error.message }),
  });
  const found = known.data?.find((one) => one.register.name === name);
  const number = (value: number, digits = 0) => value.toLocaleString(currentLocale(), { maximumFractionDigits: digits });
  const seconds = (found?.milliseconds ?? 0) / 1000;
  const isBusy = found?.last?.state === 'queued' || found?.last?.state === 'running';
  return (
    <aside className="measure-preview" aria-label={t('registers.state')}>
      <div className="form-label" aria-hidden>{t('registers.state')}</div>
      <div className="card column gap-10" style={{ padding: 16 }}>
        {!found && <span className="dim">{t('registers.unpublished')}</span>}
        {found && (
          <>
            <span className="medium">{found.as_of ? t('registers.count', { count: found.records ?? 0, number: number(found.records ?? 0) }) : t('registers.not_yet')}</span>
            {found.as_of && <span className="size-12 dim">{[t('registers.as_of', { at: momentOf(found.as_of) }), t('registers.took', { time: seconds < 1 ? t('schedule.instant') : t('schedule.seconds', { number: number(seconds, 1) }) })].join(' · ')}</span>}
            {found.refreshed && <span className="size-12 dim">{found.refreshed.whole_because ? t('registers.whole', { why: found.refreshed.whole_because.message }) : t('registers.part', { count: found.refreshed.records ?? 0, number: number(found.refreshed.records ?? 0) })}</span>}
            {found.changed_at && <span className="size-12 dim">{t('registers.changed', { at: momentOf(found.changed_at) })}</span>}
            {found.next_at && <span className="size-12 dim">{t('registers.next', { at: momentOf(found.next_at) })}</span>}
            {(isBusy || found.last?.state === 'failed') && <span className="size-12"><Last schedule={found} /></span>}
            <div><Button size="compact-sm" variant="default" leftSection={<IconRefresh size={14} stroke={1.75} />} disabled={isBusy} loading={run.isPending} onClick={() => run.mutate(name)}>{t('registers.now')}</Button></div>
          </>
        )}
      </div>
    </aside>
  );
}
