import { UnstyledButton } from '@mantine/core';
import { IconCalculator, IconChevronRight, IconLock } from '@tabler/icons-react';
import { type FocusEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isComposed } from '@/catalog/catalog';
import type { Field, FieldType } from '@/catalog/types';
import { FieldInput } from '@/fields/FieldInput';
import { FieldValue } from '@/fields/FieldValue';
import { isWritable } from '@/fields/mapping';
import { useFieldState } from '@/fields/ofRecord';
import { ProblemNote } from '@/fields/Problem';
import { FieldTypeIcon } from '@/ui/FieldTypeIcon';
import type { RecordForm } from './useRecordForm';

interface Props {
  field: Field;
  form: RecordForm;
  error?: string;
  mayEdit: boolean;
  phone?: boolean;
}

/** Types whose value leads elsewhere by itself: there a button beside it edits. */
const LEADING: FieldType[] = ['link', 'user', 'links', 'any_link', 'email', 'phone', 'url', 'file', 'rich_text'];

/** Label and value in a line; a tap makes it an input. For the peek and the phone. */
export function FieldRow({ field, form, error, mayEdit, phone = false }: Props) {
  const { t } = useTranslation('work');
  const [editing, setEditing] = useState(false);
  const value = form.values[field.name];
  const state = useFieldState(field);
  const open = mayEdit && isWritable(field) && state.locked === undefined;
  const leads = LEADING.includes(field.type);
  const leave = (event: FocusEvent) => {
    const inside = event.currentTarget.contains(event.target);
    if (inside && !event.currentTarget.contains(event.relatedTarget) && !event.relatedTarget?.closest('[role="dialog"]')) setTimeout(() => setEditing(false), 120);
  };
  if (!state.shown) return null;
  return (
    <div className={phone ? 'field-row phone' : 'field-row'}>
      {/* The button beside it does the same for keys; the label is for the finger. */}
      <span className="field-row-label" data-open={open && !editing || undefined} onClick={open && !editing ? () => setEditing(true) : undefined}>{!phone && <FieldTypeIcon type={field.type} />}<span className={phone ? undefined : 'ellipsis'}>{field.label}</span>{open && state.required && <><span className="bad" aria-hidden>*</span><span className="visually-hidden">{t('field.required')}</span></>}</span>
      <span className="field-row-value">
        {editing ? (
          <span className="grow" onBlur={leave} onKeyDown={(event) => { if (event.key === 'Escape' && event.currentTarget.contains(event.target as Node)) { form.restore(field); setEditing(false); } }}>
            <FieldInput id={`row-${field.name}`} field={field} value={value} error={error} autoFocus onChange={(next) => form.type(field, next)} onCommit={(next) => form.save(field, next)} />
          </span>
        ) : (
          <>
            {open && !leads ? (
              <UnstyledButton className="field-row-open" onClick={() => setEditing(true)}><span className="visually-hidden">{t('card.edit_field', { label: field.label })}</span><FieldValue field={field} value={value} />{phone && <IconChevronRight className="field-row-chevron" size={16} stroke={1.75} />}</UnstyledButton>
            ) : (
              <span className="grow"><FieldValue field={field} value={value} /></span>
            )}
            {open && leads && <UnstyledButton className="field-row-edit" aria-label={t('card.edit_field', { label: field.label })} onClick={() => setEditing(true)}><IconChevronRight size={16} stroke={1.75} /></UnstyledButton>}
            {!open && !isComposed(form.entity) && (field.calculated ? <IconCalculator size={13} stroke={1.75} color="var(--text-3)" aria-label={t('field.calculated')} /> : <IconLock size={13} stroke={1.75} color="var(--text-3)" aria-label={state.locked === undefined ? t('field.read_only') : state.locked || t('field.locked')} />)}
          </>
        )}
        {field.calculated && <ProblemNote entity={form.entity} field={field} record={form.values} />}
        {!editing && error && <span className="control-error">{error}</span>}
      </span>
    </div>
  );
}
