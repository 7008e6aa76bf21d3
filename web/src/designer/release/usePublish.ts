import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { ApiError } from '@/api/error';
import { planRows } from '../model/plan';
import { isError } from '../model/problems';
import type { Job, Problem } from '../model/types';
import { cancelJob, jobState, makePlan, mistakesOf, publish } from '../state/api';
import { useStudio } from '../state/StudioProvider';

export type Phase = 'ready' | 'publishing' | 'outdated' | 'refused' | 'failed' | 'done';

/** The plan of the draft and the way from it to a revision. */
export function usePublish() {
  const { bench, state, changed, language, plain } = useStudio();
  const client = useQueryClient();
  const [phase, setPhase] = useState<Phase>('ready');
  const [message, setMessage] = useState<string>();
  const [job, setJob] = useState<Job>();
  const [revision, setRevision] = useState<number>();

  // Who is about to publish waits for no pause in the typing.
  useEffect(() => {
    if (state.status === 'waiting') void bench.flush();
  }, [bench, state.status]);

  const plan = useQuery({
    queryKey: ['plan', state.revision, [...changed.entries()].join(), state.savedAt?.getTime()],
    queryFn: async () => {
      await bench.flush();
      return makePlan();
    },
    // The server plans what it has; while the screen holds more, its plan would be of something else.
    enabled: state.ready && changed.size > 0 && !state.unsaved && phase !== 'publishing',
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const mistakes: Problem[] = state.unsaved ? state.problems.filter(isError) : plan.error instanceof ApiError && plan.error.status === 422 ? plain(mistakesOf(plan.error)) : [];

  const data = state.unsaved ? undefined : plan.data;
  const listed = useMemo(() => data && planRows(data, changed.keys(), state.published, state.documents, language), [data, changed, state.published, state.documents, language]);

  const finish = async (number?: number) => {
    setRevision(number);
    setPhase('done');
    setJob(undefined);
    await Promise.all([bench.load(), client.invalidateQueries({ queryKey: ['catalog'] }), client.invalidateQueries({ queryKey: ['revisions'] }), client.invalidateQueries({ queryKey: ['records'] })]);
  };

  const follow = async (id: string) => {
    for (let pause = 300; ; pause = Math.min(pause * 1.5, 2000)) {
      const now = await jobState(id);
      setJob(now);
      if (now.state === 'done') return finish();
      if (now.state === 'failed' || now.state === 'cancelled') {
        setJob(undefined);
        setMessage(now.message ?? undefined);
        setPhase(now.state === 'failed' ? 'failed' : 'ready');
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  };

  const run = async (destructive: boolean, note: string) => {
    await bench.flush();
    if (!plan.data || bench.hasUnsaved()) return;
    setPhase('publishing');
    setMessage(undefined);
    try {
      const answer = await publish(plan.data.plan_id, destructive, note);
      if ('job' in answer) await follow(typeof answer.job === 'string' ? answer.job : answer.job.id);
      else await finish(answer.revision);
    } catch (error) {
      setMessage(error instanceof ApiError && !error.offline ? error.errors[0]?.message ?? error.message : undefined);
      setPhase(error instanceof ApiError && error.status === 409 ? 'outdated' : error instanceof ApiError && error.status === 422 ? 'refused' : 'failed');
    }
  };

  return {
    plan, data, listed, mistakes, phase, message, job, revision, run,
    again: async () => {
      setPhase('ready');
      setMessage(undefined);
      await bench.load();
      await plan.refetch();
    },
    cancel: () => (job ? cancelJob(job.id) : Promise.resolve()),
    closeDone: () => setPhase('ready'),
  };
}

export type Publishing = ReturnType<typeof usePublish>;
