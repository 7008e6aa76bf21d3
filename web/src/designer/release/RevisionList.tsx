import { Button, Progress } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconRestore } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/error';
import { currentLocale } from '@/i18n';
import { Avatar } from '@/ui/marks';
import { keyOf, type Job, type Revision } from '../model/types';
import { restoreRevision } from '../state/api';
import { useDocumentTitle } from '../state/places';
import { useStudio } from '../state/StudioProvider';

const MINE: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' };

/** How many of the changed documents a line names. */
const FEW = 3;

/** How far the values are that a publish left to a job. */
function Calculating({ job: { done, total } }: { job: Job }) {
  const { t } = useTranslation('studio');
  const number = (value?: number | null) => (value ?? 0).toLocaleString(currentLocale());
  const text = t('release.calculating', { done: number(done), total: number(total) });
  return (
    <div className="size-12 dim" role="status">
      <span className="numbers">{text}</span>
      <Progress size="xs" value={total ? Math.min(100, (100 * (done ?? 0)) / total) : 0} aria-label={text} />
    </div>
  );
}

/** What was published, newest first, with compare and restore. */
export function RevisionList({ revisions, live, onCompare }: { revisions: Revision[]; live: number; onCompare: (revision: number) => void }) {
  const { t } = useTranslation('studio');
  const { bench, changed, state } = useStudio();
  const restore = useMutation({
    mutationFn: async (number: number) => {
      await bench.flush();
      await restoreRevision(number);
    },
    onSuccess: () => bench.load(),
    onError: (error) => notifications.show({ color: 'red', message: error instanceof ApiError && error.status === 409 ? t('release.restore_first') : error.message }),
  });
  const sorted = [...revisions].sort((a, b) => b.revision - a.revision);
  const called = useDocumentTitle();
  const things = (one: Revision) => {
    const keys = one.changes.map(keyOf);
    const known = keys.filter((key) => state.documents.has(key) || state.published.has(key)).map((key) => called({ document: key }));
    const shown = known.slice(0, FEW);
    const more = keys.length - shown.length;
    return [shown.join(', '), more ? (shown.length ? t('access.more', { count: more }) : t('release.gone')) : ''].filter(Boolean).join(' ');
  };
  const title = (one: Revision) => one.note || things(one);

  return (
    <section aria-label={t('release.revisions')} className="revisions">
      <h3 className="strong size-14 revisions-head">{t('release.revisions')}</h3>
      {sorted.length === 0 && <p className="hint revisions-none">{t('release.none')}</p>}
      <ul className="plain-list">
        {sorted.map((one) => (
          <li key={one.revision} className="revision" data-live={one.revision === live || undefined}>
            <span className="revision-number numbers">{one.revision}</span>
            <div className="grow">
              <div className="medium ellipsis" title={title(one)}>{title(one)}</div>
              <div className="row gap-6 size-12 dim" title={one.note ? things(one) : undefined}>
                {one.by && <Avatar name={one.by.title ?? ''} size={16} />}
                <span className="ellipsis">{[new Date(one.at).toLocaleString(currentLocale(), MINE), one.by?.title, one.note ? things(one) : ''].filter(Boolean).join(' · ')}</span>
              </div>
              {one.calculating && <Calculating job={one.calculating} />}
            </div>
            {one.revision === live
              ? <span className="tag live">{t('release.live')}</span>
              : <span className="row gap-4 revision-actions">
                <Button size="compact-xs" variant="subtle" aria-label={`${t('release.compare')} ${one.revision}`} onClick={() => onCompare(one.revision)}>{t('release.compare')}</Button>
                <Button size="compact-xs" variant="default" leftSection={<IconRestore size={14} stroke={1.75} />} aria-label={`${t('release.restore')} ${one.revision}`} loading={restore.isPending && restore.variables === one.revision}
                  onClick={() => (changed.size > 0 ? notifications.show({ color: 'yellow', message: t('release.restore_first') }) : restore.mutate(one.revision))}>{t('release.restore')}</Button>
              </span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
