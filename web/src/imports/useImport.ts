import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { messagesByField } from '@/api/error';
import { type ImportJob, imports } from '@/api/imports';

const PAUSE = 500;
const isGoing = (job: ImportJob | null) => job?.state === 'queued' || job?.state === 'running';

/** One load from beginning to end; asks how far it is until it is done. */
export function useImport() {
  const client = useQueryClient();
  const [job, setJob] = useState<ImportJob | null>(null);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const last = useRef<Parameters<typeof imports.start> | null>(null);

  useEffect(() => {
    if (!job || !isGoing(job)) return;
    const timer = setTimeout(() => {
      imports.get(job.id).then((next) => {
        setJob({ ...next, entity: job.entity, dry_run: job.dry_run });
        if (!isGoing(next) && !job.dry_run) void client.invalidateQueries({ queryKey: ['records', job.entity] });
      }, () => setJob({ ...job }));
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [job, client]);

  async function attempt(call: () => Promise<ImportJob>) {
    setBusy(true);
    setError('');
    try {
      const answer = await call();
      setJob(answer);
      void client.invalidateQueries({ queryKey: ['records', answer.entity] });
    } catch (cause) {
      setError(Object.values(messagesByField(cause)).join('. '));
    } finally {
      setBusy(false);
    }
  }
  return {
    job, error, busy,
    start: (...call: Parameters<typeof imports.start>) => {
      last.current = call;
      return attempt(() => imports.start(...call));
    },
    /** The same as the trial run, but in earnest. */
    repeat: () => {
      const call = last.current;
      if (call) void attempt(() => imports.start(call[0], call[1], call[2], call[3], false));
    },
    undo: () => attempt(async () => {
      const id = job!.id;
      await imports.undo(id);
      return { ...job!, id, state: 'undone' as const };
    }),
    reset: () => {
      setJob(null);
      setError('');
    },
  };
}
