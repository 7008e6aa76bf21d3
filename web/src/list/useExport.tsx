import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/error';
import { type ExportFormat, exports_ } from '@/api/exports';
import type { Entity } from '@/catalog/types';
import { formatDecimal } from '@/fields/numbers';
import { wordsOf } from '@/shell/words';
import { toast } from '@/ui/toast';

const PERIOD = 400;

const rest = (time: number) => new Promise((resolve) => setTimeout(resolve, time));

/** Takes records out as a file: the server makes it, then the browser keeps it. `link` stands somewhere in the page. */
export function useExport(entity: Entity | undefined) {
  const { t } = useTranslation('work');
  const [percent, setPercent] = useState<number | null>(null);
  const place = useRef<HTMLAnchorElement>(null);
  async function run(format: ExportFormat, request: Parameters<typeof exports_.start>[2]) {
    if (!entity) return;
    setPercent(0);
    try {
      let job = await exports_.start(entity.name, format, request);
      while (job.state === 'queued' || job.state === 'running') {
        await rest(PERIOD);
        job = await exports_.job(job.id);
        setPercent(job.total ? Math.floor((job.done / job.total) * 100) : 0);
      }
      if (job.state !== 'done' || !job.result) throw new Error(job.problems[0]?.message ?? t('export.failed'));
      if (place.current) {
        place.current.href = job.result.file;
        place.current.download = job.result.name;
        place.current.click();
      }
      toast(t('export.done', { count: job.result.rows, n: formatDecimal(job.result.rows), ...wordsOf(entity) }));
    } catch (error) {
      toast(error instanceof ApiError ? (error.errors[0]?.message ?? error.message) : error instanceof Error ? error.message : String(error), { tone: 'bad' });
    } finally {
      setPercent(null);
    }
  }
  return { run, percent, link: <a ref={place} hidden aria-hidden tabIndex={-1} href="#export">{t('export.title')}</a> };
}
