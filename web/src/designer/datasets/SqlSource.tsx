import { NumberInput } from '@mantine/core';
import { lazy, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalog } from '@/catalog/useCatalog';
import { currentLocale } from '@/i18n';
import type { Problem } from '../model/types';
import { useStudio } from '../state/StudioProvider';
import { type Dataset, wrongAt } from './useDataset';

const SqlEditor = lazy(() => import('./SqlEditor'));
const NONE: Problem[] = [];
const MOST = 100_000;

/** The SELECT that gives the rows, its mistakes where they stand, and how many rows it may give. */
export function SqlSource({ set: { doc, problems, sample, isSettled, save } }: { set: Dataset }) {
  const { t } = useTranslation('studio');
  const { draftCatalog } = useStudio();
  const { rights } = useCatalog().data;
  const entities = useMemo(() => draftCatalog().data.entities.filter((one) => one.name !== doc.name), [draftCatalog, doc.name]);
  const source = doc.sql ?? '';
  const wrong = useMemo(() => (isSettled ? (sample?.problems ?? problems).filter((problem) => problem.path.startsWith('/sql')) : NONE), [isSettled, sample, problems]);
  return (
    <section className="column gap-8" aria-label={t('datasets.sql')}>
      <div className="row gap-8 dataset-section"><h3 className="section-title">{t('datasets.sql')}</h3></div>
      <p className="hint">{t(rights.administer ? 'datasets.sql_text' : 'datasets.sql_administrators')}</p>
      <Suspense fallback={<div className="skeleton" style={{ height: 280 }} />}>
        <SqlEditor label={t('datasets.sql')} value={source} problems={wrong} entities={entities} readOnly={!rights.administer} onChange={(text) => save({ ...doc, sql: text }, 'sql')} />
      </Suspense>
      <div role="status" className="script-status size-12">
        {wrong.map((problem, index) => <div key={index} className="bad">{problem.line ? t('expression.at', { line: problem.line, column: problem.column ?? 1 }) : ''} {problem.message}</div>)}
        <span className="dim">{t('datasets.sql_keys')}</span>
      </div>
      <NumberInput className="dataset-most" label={t('datasets.max_rows')} description={t('datasets.max_rows_text')} value={doc.max_rows ?? ''} placeholder={new Intl.NumberFormat(currentLocale()).format(MOST)} min={1} max={1_000_000} allowDecimal={false} allowNegative={false} thousandSeparator=" " disabled={!rights.administer}
        error={wrongAt(problems, '/max_rows')} onChange={(value) => save({ ...doc, max_rows: typeof value === 'number' && value > 0 ? value : undefined }, 'max_rows')} />
    </section>
  );
}
