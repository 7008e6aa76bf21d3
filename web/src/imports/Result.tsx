import { Button, Progress } from '@mantine/core';
import { IconAlertTriangle, IconArrowBackUp, IconCheck, IconDownload, IconTableImport } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ImportJob } from '@/api/imports';
import type { Entity } from '@/catalog/types';
import { formatDecimal } from '@/fields/numbers';

interface Props {
  entity: Entity;
  fileName: string;
  job: ImportJob;
  busy: boolean;
  error: string;
  onBack: () => void;
  onLoad: () => void;
  onUndo: () => void;
  onAgain: () => void;
}

const SHOWN = 200;

/** Messages with choices as they are called on screens. */
function inWords(entity: Entity, job: ImportJob): ImportJob {
  const sets = entity.fields.flatMap((field) => (field.choices?.length ? [[field.choices.map((choice) => choice.value).join(', '), field.choices.map((choice) => choice.label).join(', ')] as const] : []));
  return { ...job, errors: job.errors.map((item) => (item.code === 'record.not_a_choice' ? { ...item, message: sets.reduce((text, [values, labels]) => text.replace(`: ${values}`, `: ${labels}`), item.message) } : item)) };
}

/** Bad rows as a file that opens in a spreadsheet. */
export function rejectsAsCsv(job: ImportJob, head: string[]): string {
  const cell = (value: unknown) => `"${String(value ?? '').replace(/"/g, '""')}"`;
  return ['\ufeff' + head.map(cell).join(','), ...job.errors.map((item) => [item.row, item.column, item.message].map(cell).join(','))].join('\r\n');
}

function Problems({ job, rejected }: { job: ImportJob; rejected: number }) {
  const { t } = useTranslation('work');
  const save = () => {
    const address = URL.createObjectURL(new Blob([rejectsAsCsv(job, [t('import.row'), t('import.column'), t('import.reason')])], { type: 'text/csv' }));
    Object.assign(document.createElement('a'), { href: address, download: 'rejected.csv' }).click();
    URL.revokeObjectURL(address);
  };
  return (
    <>
      <div className="row between" style={{ margin: '16px 0 8px' }}><h3 className="section-title">{t('import.rejected', { count: rejected })}</h3><Button variant="subtle" size="xs" leftSection={<IconDownload size={15} stroke={1.75} />} onClick={save}>{t('import.download')}</Button></div>
      <div className="import-table import-problems" role="table" tabIndex={0} aria-label={t('import.rejected', { count: rejected })}>
        <div role="row" className="import-row import-head"><span role="columnheader">{t('import.row')}</span><span role="columnheader">{t('import.column')}</span><span role="columnheader">{t('import.reason')}</span></div>
        {job.errors.slice(0, SHOWN).map((item, index) => <div role="row" key={index} className="import-row"><span role="cell" className="numbers">{item.row}</span><span role="cell" className="ellipsis">{item.column}</span><span role="cell">{item.message}</span></div>)}
      </div>
    </>
  );
}

/** How far the load is, what came of it, and what may be done next. */
export function Result({ entity, fileName, job, busy, error, onBack, onLoad, onUndo, onAgain }: Props) {
  const { t } = useTranslation('work');
  const going = job.state === 'queued' || job.state === 'running';
  const percent = job.total ? Math.min(100, Math.round((job.done / job.total) * 100)) : going ? 0 : 100;
  const rejected = job.bad_rows ?? job.errors.length;
  const bad = job.errors.length > 0 || job.state === 'failed' || job.state === 'cancelled';
  const title = going ? t(job.dry_run ? 'import.trying' : 'import.loading', { name: fileName }) : job.state === 'undone' ? t('import.undone') : job.dry_run ? t(bad ? 'import.trial_bad' : 'import.trial_good') : t(bad ? 'import.failed' : 'import.loaded');
  return (
    <div className="card import-card wide" aria-live="polite">
      <div className="row gap-10">
        <span className={`mark hue-${going ? 'blue' : bad ? 'rose' : 'green'}`} style={{ width: 26, height: 26, borderRadius: 6 }}>{going ? <IconTableImport size={15} stroke={1.75} /> : bad ? <IconAlertTriangle size={15} stroke={1.75} /> : <IconCheck size={15} stroke={2} />}</span>
        <h2 className="grow medium" style={{ fontSize: 14 }}>{title}</h2>{going && <span className="strong numbers">{percent}%</span>}
      </div>
      {going && <Progress value={percent} size={6} radius="xl" my={10} aria-label={title} />}
      <div className="row gap-16 muted numbers" style={{ margin: '8px 0', flexWrap: 'wrap' }}>
        {job.total !== null && <span>{t(going ? 'import.rows' : 'import.rows_all', { count: job.total, done: formatDecimal(job.done), n: formatDecimal(job.total) })}</span>}
        <span>{t(job.dry_run ? 'import.would_create' : 'import.created', { count: job.created, n: formatDecimal(job.created) })}</span>
        <span>{t(job.dry_run ? 'import.would_update' : 'import.updated', { count: job.updated, n: formatDecimal(job.updated) })}</span>
        {!!job.unchanged && <span>{t('import.unchanged', { count: job.unchanged, n: formatDecimal(job.unchanged) })}</span>}
      </div>
      {job.message && <div className="bad">{job.message}</div>}
      {!going && job.errors.length > 0 && <Problems job={inWords(entity, job)} rejected={rejected} />}
      {error && <div className="form-summary" role="alert" style={{ marginTop: 12 }}>{error}</div>}
      {!going && (
        <div className="row gap-8" style={{ marginTop: 20, flexWrap: 'wrap' }}>
          {job.dry_run && !bad && job.created + job.updated > 0 && <Button loading={busy} onClick={onLoad}>{t('import.load', { count: job.created + job.updated, n: formatDecimal(job.created + job.updated) })}</Button>}
          {job.dry_run && <Button variant={bad ? 'filled' : 'default'} onClick={onBack}>{t('import.change_mapping')}</Button>}
          {!job.dry_run && <Button component={Link} to={`/e/${entity.name}`}>{t('import.open_list')}</Button>}
          {!job.dry_run && !bad && job.state === 'done' && <Button variant="default" loading={busy} leftSection={<IconArrowBackUp size={15} stroke={1.75} />} onClick={onUndo}>{t('import.undo')}</Button>}
          <Button variant="subtle" onClick={onAgain}>{t('import.other_file')}</Button>
        </div>
      )}
    </div>
  );
}
