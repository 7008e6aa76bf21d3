import { Select } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { columnLabel, isSql, sqlColumns } from '../model/dataset';
import { usesOfEntity } from '../model/usage';
import { LabelInputs } from '../parts/LabelInputs';
import { UseList } from '../parts/UseList';
import { EntityName } from '../properties/EntityName';
import { useStudio } from '../state/StudioProvider';
import { type Dataset, wrongAt } from './useDataset';

/** Names of the dataset in both languages, help, and where it is used. */
export function About({ set: { doc, row, problems, save } }: { set: Dataset }) {
  const { t } = useTranslation('studio');
  const { datasetViews, documents, language } = useStudio();
  const view = datasetViews.find((one) => one.name === doc.name);
  const uses = useMemo(() => usesOfEntity(doc.name, documents), [doc.name, documents]);
  const own = isSql(doc) ? sqlColumns(doc, row.catalog.entity(row.name)!.fields).filter((one) => one.isGiven).map((one) => one.column) : doc.fields.filter((column) => column.expression === undefined);
  const label = (name: string) => row.catalog.field(row.name, name)?.label;
  return (
    <details className="details" open={problems.some((problem) => /^\/(label|plural|name|title|description)/.test(problem.path)) || undefined}>
      <summary>{t('datasets.about')}</summary>
      <div className="column gap-16">
        <div className="pair dataset-pair">
          <LabelInputs label={t('datasets.label')} value={doc.label} required error={wrongAt(problems, '/label')} onChange={(next) => save({ ...doc, label: next }, 'label')} />
          <LabelInputs label={t('datasets.plural')} value={doc.plural} onChange={(next) => save({ ...doc, plural: next }, 'plural')} />
        </div>
        <div className="pair dataset-pair dataset-top">
          <LabelInputs label={t('datasets.description')} value={doc.description} lines={2} onChange={(next) => save({ ...doc, description: next }, 'description')} />
          <div className="column gap-12">
            <Select label={t('datasets.title')} clearable clearButtonProps={{ 'aria-label': t('part.clear') }} placeholder={t('datasets.title_first')} value={doc.title ?? null} error={wrongAt(problems, '/title')}
              data={own.map((column) => ({ value: column.name, label: columnLabel(column, language, label(column.name)) }))} onChange={(name) => save({ ...doc, title: name ?? undefined })} />
            {view && <EntityName key={view.name} view={view} />}
          </div>
        </div>
        <UseList title={t('properties.used_by', { count: uses.length })} uses={uses} />
      </div>
    </details>
  );
}
