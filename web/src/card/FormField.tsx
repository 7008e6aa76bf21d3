import { IconCalculator, IconLock } from '@tabler/icons-react';
import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Field } from '@/catalog/types';
import { FieldInput } from '@/fields/FieldInput';
import { FieldValue } from '@/fields/FieldValue';
import { isWritable } from '@/fields/mapping';
import { useFieldState } from '@/fields/ofRecord';
import { isWide } from './sections';

interface Props {
  field: Field;
  value: unknown;
  error?: string;
  readOnly?: boolean;
  /** Whether it goes without saying that nobody changes it. */
  quiet?: boolean;
  autoFocus?: boolean;
  /** What else is said under the value. */
  note?: ReactNode;
  onChange: (value: unknown) => void;
  onCommit?: (value: unknown) => void;
}

export const inputId = (field: Field) => `field-${field.name}`;

/** A label over its input; a value that cannot be changed shows why, and what the record does not show is not there. */
export function FormField({ field, value, error, readOnly: closed = false, quiet = false, autoFocus, note, onChange, onCommit }: Props) {
  const { t } = useTranslation('work');
  const state = useFieldState(field);
  const fixed = !isWritable(field);
  const readOnly = closed || state.locked !== undefined;
  const reason = quiet ? '' : fixed ? t(field.calculated ? 'field.calculated' : field.type === 'auto_number' ? 'field.numbered' : 'field.read_only') : closed ? t('field.no_right') : state.locked !== undefined ? state.locked || t('field.locked') : '';
  const needed = state.required && !fixed && !readOnly;
  const id = inputId(field);
  const plain = fixed || (readOnly && ['rich_text', 'children'].includes(field.type));
  if (!state.shown) return null;
  return (
    <div className={isWide(field) ? 'form-field wide' : 'form-field'}>
      <label className="form-label" htmlFor={plain ? undefined : id}>
        {field.label}{needed && <span className="bad" aria-hidden>*</span>}{needed && <span className="visually-hidden">{t('field.required')}</span>}
        {reason && <Tooltip label={reason}><span className="row" style={{ marginLeft: 'auto', color: 'var(--text-3)' }} role="img" aria-label={reason}>{field.type === 'auto_number' || field.calculated ? <IconCalculator size={13} stroke={1.75} /> : <IconLock size={13} stroke={1.75} />}</span></Tooltip>}
      </label>
      {plain ? <div className="fixed-value"><FieldValue field={field} value={value} /></div> : <FieldInput id={id} field={field} value={value} error={error} readOnly={readOnly} autoFocus={autoFocus} onChange={onChange} onCommit={onCommit} />}
      {note}
      {field.description && !error && <div className="size-12 dim" style={{ marginTop: 4 }}>{field.description}</div>}
    </div>
  );
}
