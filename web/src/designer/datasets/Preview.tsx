import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { isNumeric } from '@/catalog/catalog';
import { useEntity } from '@/catalog/useCatalog';
import { records } from '@/api/records';
import { FieldValue } from '@/fields/FieldValue';
import { ErrorState } from '@/ui/ErrorState';
import { keyOf } from '../model/types';
import { useStudio } from '../state/StudioProvider';
import type { Dataset } from './useDataset';

const ROWS = 8;

/** What is wrong with the dataset as it is drawn, or the first rows of the published one. */
export function Preview({ set: { doc, problems, published } }: { set: Dataset }) {
  const { t } = useTranslation('studio');
  const { changed } = useStudio();
  const live = useEntity(doc.name);
  const isCurrent = Boolean(published && live && !changed.has(keyOf(doc)));
  const fields = (live?.fields ?? []).filter((field) => field.type !== 'id' && !field.system);
  const found = useQuery({
    queryKey: ['records', doc.name, 'preview'],
    queryFn: ({ signal }) => records.query(doc.name, { select: fields.map((field) => field.name), limit: ROWS, count: 'exact' }, signal),
    enabled: isCurrent && fields.length > 0,
    retry: false,
  });
  return (
    <section className="column gap-8" aria-label={t('datasets.preview')}>
      <div className="row gap-8 dataset-section"><h3 className="section-title">{t('datasets.preview')}</h3><span className="grow" />{isCurrent && <Link to="/e/$entity" params={{ entity: doc.name }} className="primary medium">{t('datasets.open_rows', { count: found.data?.count ?? 0 })}</Link>}</div>
      {problems.length > 0 && <ul className="card dataset-problems">{problems.map((problem) => <li key={`${problem.path} ${problem.message}`} className="row gap-8"><IconAlertTriangle size={15} stroke={1.75} className="warn" aria-hidden /><span>{problem.message}</span></li>)}</ul>}
      {!isCurrent && problems.length === 0 && <p className="hint">{t(published ? 'datasets.preview_changed' : 'datasets.preview_new')}</p>}
      {isCurrent && found.isError && <ErrorState error={found.error} retry={() => void found.refetch()} />}
      {isCurrent && found.data && found.data.items.length === 0 && <p className="hint">{t('datasets.preview_empty')}</p>}
      {isCurrent && found.data && found.data.items.length > 0 && (
        <div className="card dataset-rows" tabIndex={0} role="region" aria-label={t('datasets.preview')}>
          <table>
            <thead><tr>{fields.map((field) => <th key={field.name} scope="col" data-right={isNumeric(field) || undefined}>{field.label}</th>)}</tr></thead>
            <tbody>{found.data.items.map((record) => <tr key={record.id}>{fields.map((field) => <td key={field.name} data-right={isNumeric(field) || undefined}><FieldValue field={field} value={record[field.name]} inRow /></td>)}</tr>)}</tbody>
          </table>
        </div>
      )}
    </section>
  );
}
