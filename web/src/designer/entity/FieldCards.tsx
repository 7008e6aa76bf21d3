import { IconAlertTriangle, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { FieldType } from '@/catalog/types';
import { FieldTypeIcon } from '@/ui/FieldTypeIcon';
import { ofField } from '../model/problems';
import { labelOf } from '../model/types';
import { useStudio } from '../state/StudioProvider';
import type { GridProps } from './FieldGrid';
import { BuiltInRow } from './BuiltInRow';
import { FieldMenu } from './FieldMenu';
import { NewFieldRow } from './NewFieldRow';

/** The fields on a narrow screen: a list whose lines open the sheet of properties. */
export function FieldCards({ view, rows, problems, edit, adding, whole }: GridProps) {
  const { t } = useTranslation('studio');
  const { language, entityLabel } = useStudio();
  const second = language === 'ru' ? 'en' : 'ru';
  return (
    <div className="fields-scroll">
      <div className="field-cards" role="table" aria-label={t('fields.title')}>
        {view.builtIn.map((field) => <BuiltInRow key={field.id} field={field} />)}
        {rows.map((row) => {
          const wrong = ofField(problems, row.index)[0];
          const detail = row.field.target ? ` → ${entityLabel(row.field.target)}` : '';
          return (
            <div key={row.id} className="fields-row field-card" role="row" data-state={row.state}>
              <span role="cell" className="grow">
                <button type="button" className="field-open" onClick={() => edit.select(row.id)}>
                  <FieldTypeIcon type={row.field.type as FieldType} size={18} />
                  <span className="grow">
                    <span className={row.state === 'removed' ? 'medium ellipsis struck' : 'medium ellipsis'}>{labelOf(row.field, language)}{row.field.required && <span className="bad"> *</span>}</span>
                    <span className="size-12 dim ellipsis">{[`${t(`type.${row.field.type}`)}${detail}`, row.field.label?.[second]].filter(Boolean).join(' · ')}</span>
                  </span>
                  {wrong ? <IconAlertTriangle size={16} stroke={1.75} className="warn" aria-label={wrong.message} /> : row.state !== 'same' && <span className="size-12 dim">{t(`states.${row.state}_short`)}</span>}
                  <IconChevronRight size={16} stroke={1.75} className="dim" aria-hidden />
                </button>
              </span>
              <span role="cell"><FieldMenu row={row} edit={edit} name={labelOf(row.field, language)} movable={whole} /></span>
            </div>
          );
        })}
        <NewFieldRow view={view} edit={edit} input={adding} />
      </div>
    </div>
  );
}
