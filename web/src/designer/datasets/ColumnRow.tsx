import { ActionIcon, Menu, Select } from '@mantine/core';
import { IconAlertTriangle, IconArrowDown, IconArrowUp, IconDotsVertical, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Field } from '@/catalog/types';
import { FieldTypeIcon } from '@/ui/FieldTypeIcon';
import { columnLabel, type How, hintsOf, howOf, orderColumns, patchColumn, removeColumn, renameColumn, setHow, settledName, setValue, takesValues } from '../model/dataset';
import { fieldOf, fitsDataset, isAddable } from '../model/datasetScope';
import { AGGREGATES, type ColumnDoc, type Language } from '../model/types';
import { Handle, useSortableRow } from '../parts/Sortable';
import { useStudio } from '../state/StudioProvider';
import { ColumnSettings } from './ColumnSettings';
import { TakesButton } from './TakesButton';
import { type Dataset, wrongAt } from './useDataset';

interface Props {
  id: string;
  set: Dataset;
  column: ColumnDoc;
  /** Its place in the document, and on the screen while it is dragged. */
  at: number;
  index: number;
}

const icon = { size: 15, stroke: 1.75 };
const NOT_COMPARED: Field['type'][] = ['link', 'user', 'choice', 'boolean'];

/** One column: its names, what is made of what it takes, and what that is in each part. */
export function ColumnRow({ id, set, column, at, index }: Props) {
  const { t } = useTranslation('studio');
  const { language } = useStudio();
  const { doc, scopes, row, problems, published, save, labelOfField } = set;
  const { ref, handleRef, dragging } = useSortableRow(id, index);
  const known = row.catalog.field(row.name, column.name);
  const name = columnLabel(column, language, known?.label);
  const second: Language = language === 'ru' ? 'en' : 'ru';
  const how = howOf(column);
  const taken = doc.parts.flatMap((part, place) => fieldOf(scopes[place]!, part.values?.[column.name]) ?? [])[0];
  const hint = hintsOf(doc).find((one) => one.column === column.name);
  const wrongValue = doc.parts.flatMap((_, place) => wrongAt(problems, `/parts/${place}/values/${column.name}`) ?? [])[0];
  const wrong = hint ? t(`datasets.${hint.text}`) : (wrongAt(problems, `/fields/${at}`) ?? wrongValue);
  const setLabel = (key: Language, text: string) => save(patchColumn(doc, column.name, { label: { ...column.label, [key]: text } }), `${id}.label.${key}`);
  const settle = () => save(renameColumn(doc, column.name, settledName(doc, column.name, published)), `${id}.label.name`);
  const fits = (one: How) => !taken || (one !== 'sum' && one !== 'avg' && one !== 'min' && one !== 'max') || (one === 'sum' ? isAddable(taken) : one === 'avg' ? isAddable(taken) && taken.type !== 'duration' : !NOT_COMPARED.includes(taken.type));
  const take = (place: number, value: string | undefined, field?: Field) => {
    // Past a path, nothing tells the label: it is written down.
    const path = value !== undefined && fieldOf(scopes[place]!, value);
    const label = value && !path && field && !column.label ? labelOfField(field) : column.label;
    save(patchColumn(setValue(doc, place, column.name, value), column.name, { label }), `${id}.value.${place}`);
  };
  const shift = (step: number) => {
    const names = doc.fields.map((one) => one.name);
    names.splice(at, 1);
    names.splice(at + step, 0, column.name);
    save(orderColumns(doc, names));
  };
  return (
    <div ref={ref} role="row" className="fields-row dataset-row" data-dragging={dragging || undefined}>
      <span role="cell" className="centre dataset-handle"><Handle handleRef={handleRef} name={name} /></span>
      <span role="cell" className="cell dataset-name">
        <input className="medium" lang={language} value={column.label?.[language] ?? ''} placeholder={name} aria-label={t('fields.name_of', { name })} aria-invalid={Boolean(wrongAt(problems, `/fields/${at}/label`))} onChange={(event) => setLabel(language, event.target.value)} onBlur={settle} />
        {wrong && <span className="row-problem" title={wrong} role="img" aria-label={wrong}><IconAlertTriangle size={15} stroke={1.75} /></span>}
      </span>
      <span role="cell" className="cell dataset-second"><input lang={second} placeholder={t(`language.${second}`)} value={column.label?.[second] ?? ''} aria-label={t('fields.name_in', { name, language: t(`language.${second}`) })} onChange={(event) => setLabel(second, event.target.value)} onBlur={settle} /></span>
      <span role="cell" className="cell" data-caption={t('datasets.how')}>
        <Select variant="unstyled" className="dataset-how" aria-label={t('datasets.how_of', { name })} allowDeselect={false} value={how} onChange={(next) => next && save(setHow(doc, column.name, next as How))} comboboxProps={{ width: 210, position: 'bottom-start' }}
          data={(['value', ...AGGREGATES, 'calculated'] as const).map((one) => ({ value: one, label: t(`datasets.how_${one}`), disabled: one !== how && !fits(one) }))} />
      </span>
      {!takesValues(column)
        ? <span role="cell" className="cell dataset-calculated" data-caption={t('datasets.takes')} style={{ gridColumn: `span ${doc.parts.length}` }}>
          <TakesButton written label={t('datasets.calculated_of', { name })} placeholder={t('datasets.calculate')} scope={row} value={column.expression || undefined} accept={fitsDataset} error={wrongAt(problems, `/fields/${at}/expression`)} onChange={(text) => save(patchColumn(doc, column.name, { expression: text ?? '' }), `${id}.expression`)} />
        </span>
        : doc.parts.map((part, place) => (
          <span key={place} role="cell" className="cell" data-caption={doc.parts.length > 1 ? t('datasets.part', { number: place + 1 }) : t('datasets.takes')}>
            <TakesButton clearable label={t('datasets.takes_of', { name })} placeholder={t(how === 'count' ? 'datasets.counts_rows' : place && doc.parts.length > 1 ? 'datasets.empty' : 'datasets.pick')} scope={scopes[place]!} value={part.values?.[column.name]} accept={fitsDataset} error={wrongAt(problems, `/parts/${place}/values/${column.name}`)} onChange={(value, field) => take(place, value, field)} />
          </span>
        ))}
      <span role="cell" className="cell" data-caption={t('fields.type')}><ColumnSettings set={set} column={column} at={at} name={name} leads={how === 'value' && (known?.type === 'link' || known?.type === 'user')} type={<><FieldTypeIcon type={known?.type ?? 'text'} size={14} /><span className="ellipsis">{t(`type.${known?.type ?? 'text'}`)}</span></>} /></span>
      <span role="cell" className="centre">
        <Menu position="bottom-end">
          <Menu.Target><ActionIcon size={24} aria-label={t('fields.actions', { name })}><IconDotsVertical {...icon} /></ActionIcon></Menu.Target>
          <Menu.Dropdown>
            {at > 0 && <Menu.Item leftSection={<IconArrowUp {...icon} />} onClick={() => shift(-1)}>{t('fields.up')}</Menu.Item>}
            {at < doc.fields.length - 1 && <Menu.Item leftSection={<IconArrowDown {...icon} />} onClick={() => shift(1)}>{t('fields.down')}</Menu.Item>}
            <Menu.Item data-danger disabled={doc.fields.length < 2} leftSection={<IconTrash {...icon} />} onClick={() => save(removeColumn(doc, column.name))}>{t('datasets.remove_column')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </span>
      {wrong && <span role="cell" className="dataset-wrong">{wrong}</span>}
    </div>
  );
}

