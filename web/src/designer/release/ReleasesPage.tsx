import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { revisions } from '../state/api';
import { useStudio } from '../state/StudioProvider';
import { BeforePublishing } from './BeforePublishing';
import { CompareDialog } from './CompareDialog';
import { HiddenList } from './HiddenList';
import { PlanView } from './PlanView';
import { RevisionList } from './RevisionList';
import { usePublish } from './usePublish';

/** How soon it is looked again how far a job is, in milliseconds. */
const SOON = 1_500;

/** What the draft would change, the way to publish it, and what was published before. */
export function ReleasesPage() {
  const { t } = useTranslation('studio');
  const { state } = useStudio();
  const publishing = usePublish();
  const [compared, setCompared] = useState<number>();
  const known = useQuery({
    queryKey: ['revisions', state.revision],
    queryFn: revisions,
    refetchInterval: (query) => (query.state.data?.some((one) => one.calculating) ? SOON : false),
  });

  return (
    <div className="releases">
      <div className="releases-main"><PlanView publishing={publishing} /></div>
      <aside className="releases-side" aria-label={t('release.before')}>
        <BeforePublishing publishing={publishing} />
        <RevisionList revisions={known.data ?? []} live={state.revision} onCompare={setCompared} />
        <HiddenList />
      </aside>
      {compared !== undefined && <CompareDialog revisions={known.data ?? []} from={compared} onClose={() => setCompared(undefined)} />}
    </div>
  );
}
