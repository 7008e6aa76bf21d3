import { ActionIcon, Button } from '@mantine/core';
import { IconAlertTriangle, IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { FieldTypeIcon } from '@/ui/FieldTypeIcon';
import { addColumn, columnLabel, hintsOf, patchColumn, removeColumn, sqlColumns } from '../model/dataset';
import { fitsDataset } from '../model/datasetScope';
import { SAMPLES } from '../model/samples';
import type { ColumnDoc, Language } from '../model/types';
import { useStudio } from '../state/StudioProvider';
import { ColumnSettings } from './ColumnSettings';
import { TakesButton } from './TakesButton';
import { type Dataset, wrongAt } from './useDataset';

/** The columns that the SELECT gives, what each is called and read as, and those that are calculated from them. */
export function SqlColumns({ set }: { set: Dataset }) {
  const { t, i18n } = useTranslation('studio');
  const { doc, row, sample, save } = set;
  const second = i18n.language === 'ru' ? 'en' : 'ru';
  const given = (sample?.fields ?? []).filter((field) => field.name !== 'id');
  // While the SELECT cannot be read, what is listed is not said to be gone.
  const isKnown = Boolean(sample) && sample!.fields.length > 0 && !sample!.problems.some((problem) => problem.path.startsWith('/sql'));
  const columns = sqlColumns(doc, given.length ? given : row.catalog.entity(row.name)!.fields);
  return (
    <section className="column gap-8" aria-label={t('datasets.columns')}>
      <div className="row gap-8 dataset-section"><h3 className="section-title">{t('datasets.columns')}</h3><span className="grow" />
        <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} stroke={1.75} />} onClick={() => save(addColumn(doc, SAMPLES.calculated, [], { expression: '' }))}>{t('datasets.add_calculated')}</Button>
      </div>
      {columns.length === 0 ? <p className="hint">{t('datasets.sql_no_columns')}</p> : (
        <div className="card dataset-columns">
          <div className="dataset-grid" role="table" aria-label={t('datasets.columns')} data-sql>
            <div className="fields-head" role="row">
              <span role="columnheader">{t('fields.name')}</span>
              <span role="columnheader">{t(`language.${second}`)}</span>
              <span role="columnheader">{t('datasets.from_sql')}</span>
              <span role="columnheader">{t('fields.type')}</span>
              <span role="columnheader"><span className="visually-hidden">{t('datasets.actions')}</span></span>
            </div>
            {columns.map(({ column, isGiven }) => <Row key={column.name} set={set} column={column} isGone={isKnown && !isGiven && column.expression === undefined} />)}
          </div>
        </div>
      )}
    </section>
  );
}

function Row({ set, column, isGone }: { set: Dataset; column: ColumnDoc; isGone: boolean }) {
  const { t } = useTranslation('studio');
  const { language } = useStudio();
  const { doc, row, problems, save } = set;
  const known = row.catalog.field(row.name, column.name);
  const name = columnLabel(column, language, known?.label);
  const second: Language = language === 'ru' ? 'en' : 'ru';
  const at = doc.fields.findIndex((one) => one.name === column.name);
  const hint = hintsOf(doc).find((one) => one.column === column.name);
  const wrong = isGone ? t('datasets.sql_gone') : hint ? t(`datasets.${hint.text}`) : at >= 0 ? wrongAt(problems, `/fields/${at}`) : undefined;
  const setLabel = (key: Language, text: string) => save(patchColumn(doc, column.name, { label: { ...column.label, [key]: text } }), `${column.name}.label.${key}`);
  const isCalculated = column.expression !== undefined;
  return (
    <div role="row" className="fields-row dataset-row">
      <span role="cell" className="cell dataset-name">
        <input className="medium" lang={language} value={column.label?.[language] ?? ''} placeholder={known?.label ?? column.name} aria-label={t('fields.name_of', { name })} onChange={(event) => setLabel(language, event.target.value)} />
        {wrong && <span className="row-problem" title={wrong} role="img" aria-label={wrong}><IconAlertTriangle size={15} stroke={1.75} /></span>}
      </span>
      <span role="cell" className="cell dataset-second"><input lang={second} placeholder={t(`language.${second}`)} value={column.label?.[second] ?? ''} aria-label={t('fields.name_in', { name, language: t(`language.${second}`) })} onChange={(event) => setLabel(second, event.target.value)} /></span>
      {isCalculated
        ? <span role="cell" className="cell dataset-calculated" data-caption={t('datasets.takes')}>
          <TakesButton written label={t('datasets.calculated_of', { name })} placeholder={t('datasets.calculate')} scope={row} value={column.expression || undefined} accept={fitsDataset} error={wrongAt(problems, `/fields/${at}/expression`)} onChange={(text) => save(patchColumn(doc, column.name, { expression: text ?? '' }), `${column.name}.expression`)} />
        </span>
        : <span role="cell" className="cell dataset-from mono" data-caption={t('datasets.from_sql')}>{column.name}</span>}
      <span role="cell" className="cell" data-caption={t('fields.type')}>
        <ColumnSettings set={set} column={column} at={at} name={name} isNamed={!isCalculated} leads={known?.type === 'link' || known?.type === 'user'} type={<><FieldTypeIcon type={known?.type ?? 'text'} size={14} /><span className="ellipsis">{t(`type.${known?.type ?? 'text'}`)}</span></>} />
      </span>
      <span role="cell" className="centre">
        {(isCalculated || isGone) && <ActionIcon size={24} aria-label={`${t('datasets.remove_column')}: ${name}`} title={t('datasets.remove_column')} onClick={() => save(removeColumn(doc, column.name))}><IconTrash size={15} stroke={1.75} /></ActionIcon>}
      </span>
      {wrong && <span role="cell" className="dataset-wrong">{wrong}</span>}
    </div>
  );
}
