import { IconAsterisk } from '@tabler/icons-react';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { ofField } from '../model/problems';
import type { Row } from '../model/rows';
import type { Problem } from '../model/types';
import { SortableList } from '../parts/Sortable';
import type { EntityView } from '../state/views';
import { BuiltInRow } from './BuiltInRow';
import { FieldRow } from './FieldRow';
import { NewFieldRow } from './NewFieldRow';
import type { EntityEdit } from './useEntityEdit';

export interface GridProps {
  view: EntityView;
  rows: Row[];
  problems: Problem[];
  edit: EntityEdit;
  adding: RefObject<HTMLInputElement | null>;
  /** Whether no field is filtered out, so that they can be put in order. */
  whole: boolean;
}

/** The grid of fields: every cell is edited where it stands. */
export function FieldGrid({ view, rows, problems, edit, adding, whole }: GridProps) {
  const { t, i18n } = useTranslation('studio');
  const second = i18n.language === 'ru' ? 'en' : 'ru';
  const byId = new Map(rows.map((row) => [row.id, row]));
  return (
    <div className="fields-scroll">
      <div className="fields-grid" role="table" aria-label={t('fields.title')}>
        <div className="fields-head" role="row">
          <span role="columnheader"><span className="visually-hidden">{t('fields.order')}</span></span>
          <span role="columnheader">{t('fields.name')}</span>
          <span role="columnheader">{t(`language.${second}`)}</span>
          <span role="columnheader">{t('fields.type')}</span>
          <span role="columnheader" className="centre" title={t('fields.required')}><IconAsterisk size={13} stroke={1.75} aria-hidden /><span className="visually-hidden">{t('fields.required')}</span></span>
          <span role="columnheader">{t('fields.value')}</span>
          <span role="columnheader" className="right">{t('fields.used')}</span>
        </div>
        {view.builtIn.map((field) => <BuiltInRow key={field.id} field={field} />)}
        <SortableList ids={rows.map((row) => row.id)} onOrder={(ids) => edit.order(ids)}>
          {(ids) => ids.map((id, index) => {
            const row = byId.get(id);
            return row && <FieldRow key={id} view={view} row={row} index={index} edit={edit} selected={edit.selected === id} problems={ofField(problems, row.index)} movable={whole} />;
          })}
        </SortableList>
        <NewFieldRow view={view} edit={edit} input={adding} />
      </div>
    </div>
  );
}
