import { Button, Menu } from '@mantine/core';
import { IconFileSpreadsheet, IconFileText, IconUpload } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/error';
import { type ExportFormat, exports_ } from '@/api/exports';
import { useCatalog } from '@/catalog/useCatalog';
import type { Entity } from '@/catalog/types';
import { formatDecimal } from '@/fields/numbers';
import { wordsOf } from '@/shell/words';
import { toast } from '@/ui/toast';
import type { ListState } from './state';
import { requestOf } from './useRecords';

const PERIOD = 400;

const rest = (time: number) => new Promise((resolve) => setTimeout(resolve, time));

/** Takes the list as it stands out as a file; the server makes it, then the browser keeps it. */
export function ExportMenu({ entity, state, large = false }: { entity: Entity; state: ListState; large?: boolean }) {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const [percent, setPercent] = useState<number | null>(null);
  const link = useRef<HTMLAnchorElement>(null);
  async function run(format: ExportFormat) {
    setPercent(0);
    try {
      const { filter, sort, quick, deleted, with_problems } = requestOf(catalog, entity, state);
      let job = await exports_.start(entity.name, format, { select: state.columns, filter, sort, quick, deleted, with_problems });
      while (job.state === 'queued' || job.state === 'running') {
        await rest(PERIOD);
        job = await exports_.job(job.id);
        setPercent(job.total ? Math.floor((job.done / job.total) * 100) : 0);
      }
      if (job.state !== 'done' || !job.result) throw new Error(job.problems[0]?.message ?? t('export.failed'));
      if (link.current) {
        link.current.href = job.result.file;
        link.current.download = job.result.name;
        link.current.click();
      }
      toast(t('export.done', { count: job.result.rows, n: formatDecimal(job.result.rows), ...wordsOf(entity) }));
    } catch (error) {
      toast(error instanceof ApiError ? (error.errors[0]?.message ?? error.message) : error instanceof Error ? error.message : String(error), { tone: 'bad' });
    } finally {
      setPercent(null);
    }
  }
  if (!entity.operations.export) return null;
  const busy = percent !== null;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target><Button variant={large ? 'default' : 'subtle'} size={large ? 'lg' : undefined} disabled={busy} leftSection={<IconUpload size={15} stroke={1.75} />} aria-live="polite">{busy ? t('export.running', { percent }) : t('export.title')}</Button></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconFileSpreadsheet size={15} stroke={1.75} />} onClick={() => void run('xlsx')}>{t('export.xlsx')}</Menu.Item>
          <Menu.Item leftSection={<IconFileText size={15} stroke={1.75} />} onClick={() => void run('csv')}>{t('export.csv')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <a ref={link} hidden aria-hidden tabIndex={-1} href="#export">{t('export.title')}</a>
    </>
  );
}
