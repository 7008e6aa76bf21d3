import { IconAlertTriangle } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldType } from '@/catalog/types';
import { FieldTypeIcon } from '@/ui/FieldTypeIcon';
import { takes } from '../model/fieldTypes';
import { messageAt } from '../model/problems';
import type { Row } from '../model/rows';
import { labelOf, type Language, type Problem } from '../model/types';
import { usesOfField } from '../model/usage';
import { Handle, useSortableRow } from '../parts/Sortable';
import { useStudio } from '../state/StudioProvider';
import type { EntityView } from '../state/views';
import { FieldMenu } from './FieldMenu';
import { TypeCell } from './TypeCell';
import type { EntityEdit } from './useEntityEdit';
import { ValueCell } from './ValueCell';

interface Props {
  view: EntityView;
  row: Row;
  index: number;
  edit: EntityEdit;
  selected: boolean;
  problems: Problem[];
  movable: boolean;
}

/** One field: names in both languages, type, whether it is required, its value, where it is used. */
export function FieldRow({ view, row, index, edit, selected, problems, movable }: Props) {
  const { t } = useTranslation('studio');
  const { language, documents } = useStudio();
  const removed = row.state === 'removed';
  const { ref, handleRef, dragging } = useSortableRow(row.id, index, removed || !movable);
  const uses = useMemo(() => usesOfField(view.doc, row.field, documents).length, [view.doc, row.field, documents]);
  const name = labelOf(row.field, language);
  const second: Language = language === 'ru' ? 'en' : 'ru';
  const choose = () => { if (!selected) edit.select(row.id); };
  const wrong = problems.find((problem) => problem.severity !== 'warning') ?? problems[0];
  const set = (key: Language, text: string) => edit.patch(row.id, { label: { ...row.field.label, [key]: text } }, `label.${key}`);

  return (
    <div ref={ref} role="row" className="fields-row" data-state={row.state} data-selected={selected || undefined} data-dragging={dragging || undefined} onFocusCapture={choose} onClick={choose}>
      <span role="cell" className="centre">{!removed && movable && <Handle handleRef={handleRef} name={name} />}</span>
      <span role="cell" className="cell">
        <FieldTypeIcon type={row.field.type as FieldType} />
        {removed
          ? <button type="button" className="cell-plain struck" onClick={choose}>{name}</button>
          : <input className="medium" lang={language} value={row.field.label?.[language] ?? ''} placeholder={name} aria-label={t('fields.name_of', { name })} aria-invalid={Boolean(messageAt(problems, 'label')) || !(row.field.label?.en?.trim() || row.field.label?.ru?.trim())} onChange={(event) => set(language, event.target.value)} />}
        {wrong && <span className="row-problem" title={wrong.message} role="img" aria-label={wrong.message}><IconAlertTriangle size={15} stroke={1.75} /></span>}
      </span>
      <span role="cell" className="cell">
        {removed ? <span className="cell-text">{row.field.label?.[second]}</span>
          : <input lang={second} value={row.field.label?.[second] ?? ''} aria-label={t('fields.name_in', { name, language: t(`language.${second}`) })} onChange={(event) => set(second, event.target.value)} />}
      </span>
      <span role="cell" className="cell"><TypeCell row={row} onType={(type) => edit.patch(row.id, { type })} /></span>
      <span role="cell" className="centre">
        {!removed && takes(row.field, 'required')
          ? <button type="button" role="checkbox" aria-checked={Boolean(row.field.required)} aria-label={t('fields.required_of', { name })} className="required-toggle" onClick={() => edit.patch(row.id, { required: row.field.required ? undefined : true })}>{row.field.required ? <i className="required-point" /> : '–'}</button>
          : <span className="dim">–</span>}
      </span>
      <span role="cell" className="cell"><ValueCell view={view} row={row} edit={edit} problems={problems} /></span>
      <span role="cell" className="cell-used">
        {removed && uses > 0 ? <span className="bad strong row gap-2" title={t('fields.still_used')}><IconAlertTriangle size={13} stroke={1.75} />{uses}</span> : <span className="dim">{uses || '–'}</span>}
        <FieldMenu row={row} edit={edit} name={name} movable={movable} />
      </span>
    </div>
  );
}
