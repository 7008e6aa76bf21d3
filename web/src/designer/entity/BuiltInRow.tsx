import { IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Field } from '@/catalog/types';
import { FieldTypeIcon } from '@/ui/FieldTypeIcon';
import { useStudio } from '../state/StudioProvider';

/** A field that the product defines: shown, never edited. */
export function BuiltInRow({ field }: { field: Field }) {
  const { t } = useTranslation('studio');
  const { entityLabel } = useStudio();
  return (
    <div className="fields-row built-in" role="row">
      <span role="cell" className="centre dim" title={t('fields.built_in')}><IconLock size={13} stroke={1.75} aria-hidden /></span>
      <span role="cell" className="cell-text"><FieldTypeIcon type={field.type} /><span className="medium ellipsis">{field.label}</span></span>
      <span role="cell" className="cell-text" />
      <span role="cell" className="cell-text ellipsis">{t(`type.${field.type}`)}{field.target && <span className="dim">→ {entityLabel(field.target)}</span>}</span>
      <span role="cell" className="centre">{field.required ? <i className="required-point" /> : <span className="dim">–</span>}</span>
      <span role="cell" className="cell-text dim size-12">{t('fields.built_in')}</span>
      <span role="cell" />
    </div>
  );
}
