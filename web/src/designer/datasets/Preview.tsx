import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { isNumeric } from '@/catalog/catalog';
import { useEntity } from '@/catalog/useCatalog';
import { FieldValue } from '@/fields/FieldValue';
import { isSql } from '../model/dataset';
import { keyOf } from '../model/types';
import { useStudio } from '../state/StudioProvider';
import type { Dataset } from './useDataset';

const ROWS = 10;

/** What is wrong with the dataset as it is drawn, and the first rows that it would have. */
export function Preview({ set: { doc, row, problems, sample, isSettled } }: { set: Dataset }) {
  const { t } = useTranslation('studio');
  const { changed } = useStudio();
  const live = useEntity(doc.name);
  const names = new Set(row.catalog.entity(row.name)!.fields.map((field) => field.name));
  // Of the SQL it is told beside it.
  const told = isSql(doc) ? problems.filter((problem) => !problem.path.startsWith('/sql')) : problems;
  const fields = (sample?.fields ?? []).filter((field) => names.has(field.name)).map((field) => ({ ...field, label: row.catalog.field(row.name, field.name)?.label ?? field.label }));
  const items = sample?.items.slice(0, ROWS) ?? [];
  // What it reads may be in the draft only, where it has no records.
  const isAhead = !isSql(doc) && problems.length === 0 && isSettled && (!sample || sample.problems.length > 0);
  return (
    <section className="column gap-8" aria-label={t('datasets.preview')}>
      <div className="row gap-8 dataset-section"><h3 className="section-title">{t('datasets.preview')}</h3><span className="grow" />{live && !changed.has(keyOf(doc)) && <Link to="/e/$entity" params={{ entity: doc.name }} className="primary medium">{t('datasets.open_rows')}</Link>}</div>
      {told.length > 0 && <ul className="card dataset-problems">{told.map((problem) => <li key={`${problem.path} ${problem.message}`} className="row gap-8"><IconAlertTriangle size={15} stroke={1.75} className="warn" aria-hidden /><span>{problem.message}</span></li>)}</ul>}
      {isAhead && <p className="hint">{t('datasets.preview_ahead')}</p>}
      {isSql(doc) && sample && sample.problems.length > 0 && told.length === 0 && <p className="hint">{t('datasets.sql_no_rows')}</p>}
      {sample && sample.problems.length === 0 && items.length === 0 && <p className="hint">{t('datasets.preview_empty')}</p>}
      {items.length > 0 && (
        <div className="card dataset-rows" aria-busy={!isSettled} tabIndex={0} role="region" aria-label={t('datasets.preview')}>
          <table>
            <thead><tr>{fields.map((field) => <th key={field.name} scope="col" data-right={isNumeric(field) || undefined}>{field.label}</th>)}</tr></thead>
            <tbody>{items.map((record) => <tr key={record.id}>{fields.map((field) => <td key={field.name} data-right={isNumeric(field) || undefined}><FieldValue field={field} value={record[field.name]} inRow /></td>)}</tr>)}</tbody>
          </table>
        </div>
      )}
    </section>
  );
}
