import { useTranslation } from 'react-i18next';
import { ConditionInput } from '../parts/ConditionInput';
import { type Dataset, wrongAt } from './useDataset';

/** Which of the finished rows stay. */
export function RowsKept({ set: { doc, row, problems, save } }: { set: Dataset }) {
  const { t } = useTranslation('studio');
  return (
    <section className="card dataset-part" aria-label={t('datasets.having')}>
      <ConditionInput label={t('datasets.having')} value={doc.having ?? ''} scope={row} empty="" hint={t('datasets.having_none')} error={wrongAt(problems, '/having')} onChange={(text) => save({ ...doc, having: text || undefined }, 'having')} />
    </section>
  );
}
