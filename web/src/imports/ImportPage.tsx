import './imports.css';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/error';
import type { ImportPreview } from '@/api/imports';
import { useCatalog } from '@/catalog/useCatalog';
import { EntityIcon } from '@/ui/EntityIcon';
import { ErrorState } from '@/ui/ErrorState';
import { ChooseFile } from './ChooseFile';
import { MapColumns } from './MapColumns';
import { Result } from './Result';
import { useImport } from './useImport';

const STEPS = ['file', 'columns', 'result'] as const;

/** From a file to records: choose, map the columns, try, load; the whole load can be undone. */
export function ImportPage() {
  const { t } = useTranslation('work');
  const { entity: name } = useParams({ strict: false }) as { entity: string };
  const entity = useCatalog().entity(name);
  const [file, setFile] = useState<File | null>(null);
  const [preview, setPreview] = useState<ImportPreview | null>(null);
  const run = useImport();
  if (!entity || !entity.operations.create || entity.read_only) return <ErrorState error={new ApiError(403, { title: t('common:state.no_access') })} />;
  const step = run.job ? 2 : preview ? 1 : 0;
  const restart = () => {
    run.reset();
    setPreview(null);
    setFile(null);
  };
  return (
    <>
      <div className="top-bar"><Link to="/e/$entity" params={{ entity: name }} className="row gap-6 muted medium"><EntityIcon name={entity.icon} color="var(--text-3)" />{entity.plural}</Link><span className="dim">/</span><h1 className="strong" style={{ fontSize: 13 }}>{t('import.title')}</h1></div>
      <div className="import-page">
        <ol className="import-steps" aria-label={t('import.title')}>
          {STEPS.map((key, index) => <li key={key} aria-current={index === step ? 'step' : undefined} className={index <= step ? 'reached' : undefined}><span className="numbers">{index + 1}</span>{t(`import.step_${key}`)}</li>)}
        </ol>
        {step === 0 && <ChooseFile entity={entity} onRead={(chosen, found) => { setFile(chosen); setPreview(found); }} />}
        {step === 1 && file && preview && <MapColumns entity={entity} file={file} preview={preview} busy={run.busy} error={run.error} onBack={restart} onStart={(mapping, key, dry) => void run.start(file, name, mapping, key, dry)} />}
        {step === 2 && run.job && <Result entity={entity} fileName={file?.name ?? ''} job={run.job} busy={run.busy} error={run.error} onBack={run.reset} onLoad={run.repeat} onUndo={() => void run.undo()} onAgain={restart} />}
      </div>
    </>
  );
}
