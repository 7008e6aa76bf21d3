import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCheck, IconClock, IconClockPlay, IconPlayerPlay, IconX } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { currentLanguage, currentLocale } from '@/i18n';
import { ErrorState } from '@/ui/ErrorState';
import { State } from '@/ui/State';
import { wordsOf } from '../model/cron';
import type { Schedule } from '../model/types';
import { runSchedule, schedules } from '../state/api';
import { useStudio } from '../state/StudioProvider';

const SOON = 1_500;
const LATER = 15_000;
const isOpen = (schedule: Schedule) => schedule.last?.state === 'queued' || schedule.last?.state === 'running';

/** What is done at set times: when next, how it went last, and now. */
export function SchedulesPage() {
  const { t } = useTranslation('studio');
  const { state } = useStudio();
  const client = useQueryClient();
  const known = useQuery({ queryKey: ['schedules', state.revision], queryFn: schedules, refetchInterval: (query) => (query.state.data?.some(isOpen) ? SOON : LATER) });
  const run = useMutation({
    mutationFn: runSchedule,
    onSettled: () => client.invalidateQueries({ queryKey: ['schedules'] }),
    onError: (error) => notifications.show({ color: 'red', message: error.message }),
  });
  if (known.isError) return <ErrorState error={known.error} retry={() => void known.refetch()} />;
  if (known.data && known.data.length === 0) return <State icon={<IconClock size={22} stroke={1.75} />} title={t('schedule.none')} text={t('schedule.none_text')} />;

  return (
    <div className="overview">
      <div className="overview-head"><h2 className="page-title">{t('crumb.schedules')}</h2><p className="hint">{t('schedule.text')}</p></div>
      <ul className="plain-list schedules">
        {known.data?.map((one) => (
          <li key={one.id} className="card schedule">
            <div className="grow schedule-what">
              {one.entity && <Link className="medium" to="/studio/model/$entity" params={{ entity: one.entity.name }} search={{ field: one.id } as never}>{titleOf(one)}</Link>}
              {one.register && <Link className="medium" to="/studio/registers" search={{ register: one.register.name } as never}>{titleOf(one)}</Link>}
              {one.script && <Link className="medium" to="/studio/scripts" search={{ script: one.script.name, tab: 'calls' } as never}>{titleOf(one)}</Link>}
              <span className="size-12 dim"><When schedule={one} /></span>
            </div>
            <div className="schedule-last"><Last schedule={one} /></div>
            <Button size="compact-sm" variant="default" leftSection={<IconPlayerPlay size={14} stroke={1.75} />} disabled={isOpen(one)} loading={run.isPending && run.variables === one.id}
              aria-label={`${t('schedule.run')}: ${titleOf(one)}`} onClick={() => run.mutate(one.id)}>{t('schedule.run')}</Button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What people call it: the field of an entity, or a function of a script. */
const titleOf = ({ entity, field, register, script, schedule }: Schedule) => [entity?.label, field?.label, register?.label, script?.label, schedule].filter(Boolean).join(' › ');

const moment = (text: string) => new Date(text).toLocaleString(currentLocale(), { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

function When({ schedule }: { schedule: Schedule }) {
  const { t } = useTranslation('studio');
  const words = wordsOf(schedule.cron, currentLanguage()) || schedule.cron;
  const next = schedule.next_at ? t('schedule.next', { at: moment(schedule.next_at) }) : t('schedule.never');
  return <>{words} ({schedule.time_zone}) · {next}</>;
}

export function Last({ schedule: { last } }: { schedule: Pick<Schedule, 'last'> }) {
  const { t } = useTranslation('studio');
  if (!last) return <span className="dim">{t('schedule.not_yet')}</span>;
  const number = (value: number | undefined) => (value ?? 0).toLocaleString(currentLocale());
  if (last.state === 'queued') return <span className="row gap-6"><IconClock size={15} stroke={1.75} />{t('schedule.queued')}</span>;
  if (last.state === 'running') {
    const part = last.total ? t('schedule.part', { done: number(last.done ?? 0), total: number(last.total) }) : '';
    return <span className="row gap-6"><IconClockPlay size={15} stroke={1.75} />{t('schedule.running')} <span className="numbers dim">{part}</span></span>;
  }
  const seconds = Math.max(0, (Date.parse(last.updated_at ?? '') - Date.parse(last.created_at ?? '')) / 1000);
  const lasted = seconds < 1 ? t('schedule.instant') : t('schedule.seconds', { number: seconds.toLocaleString(currentLocale(), { maximumFractionDigits: seconds < 10 ? 1 : 0 }) });
  const at = last.updated_at ? moment(last.updated_at) : '';
  if (last.state === 'done') {
    return (
      <span className="row gap-6">
        <IconCheck size={15} stroke={1.75} color="var(--ok)" />
        <span>{at}<span className="dim"> · {lasted} · {t(last.kind === 'register' ? 'registers.rows' : 'schedule.rows', { count: last.result?.records ?? 0, number: number(last.result?.records), changed: number(last.result?.changed) })}</span></span>
      </span>
    );
  }
  const why = last.problems?.map((problem) => problem.message).join(' ') ?? '';
  return <span className="row gap-6"><IconX size={15} stroke={1.75} color="var(--bad)" /><span>{at}<span className="dim"> · {t(last.state === 'cancelled' ? 'schedule.cancelled' : 'schedule.failed')} {why}</span></span></span>;
}
