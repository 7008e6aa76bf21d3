import { NumberInput, SegmentedControl, Select, Switch, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isNumeric, targetOf } from '@/catalog/catalog';
import { PERIOD_WORDS } from '@/measures/api';
import { counting, countedOf, overEntity, TALLIES, type Tally, withDate, withPerson } from '../model/measure';
import { messageAt } from '../model/problems';
import type { MeasureDoc, Problem } from '../model/types';
import { ConditionInput, NOTHING } from '../parts/ConditionInput';
import { IconPicker } from '../parts/IconPicker';
import { LabelInputs } from '../parts/LabelInputs';
import { EntitySelect, RolesSelect } from '../parts/selects';
import { useStudio } from '../state/StudioProvider';
import { MeasureParameters } from './MeasureParameters';
import { PathInput } from './PathInput';
import { Thresholds } from './Thresholds';

interface Props {
  doc: MeasureDoc;
  problems: Problem[];
  /** What is wrong with the number as it stands. */
  mistake?: string;
  save: (doc: MeasureDoc, mark?: string) => void;
}

const WRITTEN = 'written';

/** Everything a measure says, by mouse. */
export function MeasureForm({ doc, problems, mistake, save }: Props) {
  const { t } = useTranslation('studio');
  const { entity: entityOf, datasetViews, draftCatalog } = useStudio();
  const counted = countedOf(doc.expression);
  const [written, setWritten] = useState(counted === undefined && doc.expression !== '');
  // A function chosen whose field is not chosen yet.
  const [waiting, setWaiting] = useState<Tally | null>(null);
  const view = entityOf(doc.entity);
  const tally = waiting ?? counted?.tally ?? 'count';
  const format = doc.format;
  const choose = (next: string) => {
    setWritten(next === WRITTEN);
    setWaiting(null);
    if (next === 'count') save({ ...doc, expression: 'count()' });
    else if (next !== WRITTEN) {
      if (counted?.path) save({ ...doc, expression: counting({ tally: next as Tally, path: counted.path }) });
      else setWaiting(next as Tally);
    }
  };
  // An amount of money is written as the field writes it.
  const formatOf = (path: string): MeasureDoc['format'] => {
    const field = draftCatalog().path(doc.entity, path)?.at(-1);
    if (tally === 'count_distinct' || (field?.type !== 'money' && field?.type !== 'percent')) return undefined;
    return { type: field.type, ...(field.type === 'money' && field.currency && { currency: field.currency }) };
  };
  const reformat = (part: Partial<NonNullable<MeasureDoc['format']>>) => save({ ...doc, format: { type: 'decimal', ...format, ...part } }, 'format');
  const retype = (type: string | null) => {
    if (!type) return save({ ...doc, format: undefined });
    const next = type as NonNullable<MeasureDoc['format']>['type'];
    save({ ...doc, format: { type: next, ...(next !== 'integer' && format?.scale !== undefined && { scale: format.scale }), ...(next === 'money' && format?.currency && { currency: format.currency }) } });
  };
  return (
    <div className="column gap-16 form-width">
      <div className="row gap-12" style={{ alignItems: 'flex-start' }}>
        <div style={{ paddingTop: 21 }}><IconPicker value={doc.icon ?? 'chart-bar'} onChange={(icon) => save({ ...doc, icon })} /></div>
        <div className="grow"><LabelInputs label={t('measures.label')} value={doc.label} required error={messageAt(problems, 'label')} onChange={(label) => save({ ...doc, label }, 'label')} /></div>
      </div>
      <LabelInputs label={t('measures.description')} value={doc.description} onChange={(description) => save({ ...doc, description }, 'description')} />

      <h3 className="section-title">{t('measures.number')}</h3>
      <EntitySelect label={t('measures.entity')} datasets={datasetViews} value={doc.entity} error={messageAt(problems, 'entity')} onChange={(entity) => { setWritten(false); setWaiting(null); save(overEntity(doc, entity)); }} />
      <Select label={t('measures.counted')} allowDeselect={false} data={[...TALLIES.map((value) => ({ value, label: t(`measures.${value}`) })), { value: WRITTEN, label: t('measures.written') }]} value={written ? WRITTEN : tally} onChange={(next) => next && choose(next)} />
      {!written && tally !== 'count' && (
        <PathInput label={t('measures.of')} entity={doc.entity} value={waiting ? undefined : counted?.path} error={waiting ? t('measures.choose_field') : messageAt(problems, 'expression') ?? mistake} accept={(field) => (tally === 'count_distinct' ? !targetOf(field) || field.type === 'link' || field.type === 'user' : isNumeric(field))}
          onChange={(path) => { if (path) { setWaiting(null); save({ ...doc, expression: counting({ tally, path }), format: format ?? formatOf(path) }); } }} />
      )}
      {written && <Textarea label={t('measures.expression')} description={t('measures.expression_text')} autosize minRows={2} spellCheck={false} value={doc.expression} error={mistake ?? messageAt(problems, 'expression')} classNames={{ input: 'control-input expression' }} onChange={(event) => save({ ...doc, expression: event.currentTarget.value }, 'expression')} />}
      <ConditionInput label={t('measures.filter')} value={doc.filter ?? ''} entity={view} parameters={doc.parameters} hint={t('measures.no_filter')} error={messageAt(problems, 'filter')} onChange={(text) => save({ ...doc, filter: !text.trim() || text === NOTHING ? undefined : text }, 'filter')} />
      <div className="pair">
        <PathInput label={t('measures.date')} entity={doc.entity} value={doc.date} clearable placeholder={t('measures.no_date')} error={messageAt(problems, 'date')} accept={(field) => field.type === 'date' || field.type === 'datetime'} onChange={(date) => save(withDate(doc, date))} />
        <Select label={t('measures.period')} disabled={!doc.date} allowDeselect={false} data={PERIOD_WORDS.map((value) => ({ value, label: t(`period.${value}`) }))} value={doc.period ?? 'all'} error={messageAt(problems, 'period')} onChange={(period) => save({ ...doc, period: period && period !== 'all' ? period : undefined })} />
      </div>
      <PathInput label={t('measures.person')} entity={doc.entity} value={doc.person} clearable placeholder={t('measures.no_person')} error={messageAt(problems, 'person')} accept={(field) => (field.type === 'user' || field.type === 'link') && targetOf(field) === 'user'} onChange={(person) => save(withPerson(doc, person))} />
      {doc.person && <Switch label={t('measures.mine')} checked={doc.mine ?? false} onChange={(event) => save({ ...doc, mine: event.currentTarget.checked || undefined })} />}
      <MeasureParameters doc={doc} problems={problems} save={save} />

      <h3 className="section-title">{t('measures.shown')}</h3>
      <div className="pair">
        <Select label={t('measures.format')} clearable clearButtonProps={{ 'aria-label': t('part.clear') }} placeholder={t('measures.format_auto')} data={(['integer', 'decimal', 'money', 'percent'] as const).map((value) => ({ value, label: t(`type.${value}`) }))} value={format?.type ?? null} onChange={retype} />
        {format && format.type !== 'integer' && <NumberInput label={t('measures.scale')} min={0} max={12} allowDecimal={false} value={format.scale ?? (format.type === 'percent' ? 0 : 2)} error={messageAt(problems, 'format/scale')} onChange={(scale) => typeof scale === 'number' && reformat({ scale })} />}
        {format?.type === 'money' && <TextInput label={t('measures.currency')} placeholder={t('measures.currency_auto')} maxLength={3} value={format.currency ?? ''} error={messageAt(problems, 'format/currency')} onChange={(event) => reformat({ currency: event.currentTarget.value.toUpperCase() || undefined })} />}
      </div>
      <div>
        <div className="form-label" id="better">{t('measures.better')}</div>
        <SegmentedControl aria-labelledby="better" data={(['higher', 'lower'] as const).map((value) => ({ value, label: t(`measures.${value}`) }))} value={doc.better ?? 'higher'} onChange={(next) => save({ ...doc, better: next === 'lower' ? 'lower' : undefined })} />
      </div>
      <Thresholds doc={doc} problems={problems} save={save} />
      <RolesSelect label={t('measures.roles')} value={doc.roles} error={messageAt(problems, 'roles')} onChange={(roles) => save({ ...doc, roles: roles.length ? roles : undefined })} />
    </div>
  );
}
