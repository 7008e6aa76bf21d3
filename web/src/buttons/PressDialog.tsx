import { Button, Modal } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, messagesByField } from '@/api/error';
import type { Field, RecordButton } from '@/catalog/types';
import { FieldInput } from '@/fields/FieldInput';
import { isEmpty, toWire } from '@/fields/mapping';
import { Unread } from '@/fields/unread';

interface Props {
  button: RecordButton;
  count: number;
  onClose: () => void;
  onPress: (parameters: Record<string, unknown>) => Promise<void>;
}

/** What a button asks before it does something: its question and its form. */
export function PressDialog({ button, count, onClose, onPress }: Props) {
  const { t } = useTranslation('work');
  const [values, setValues] = useState<Record<string, unknown>>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const fields = button.parameters.map((parameter): Field => ({ id: parameter.name, ...parameter }));
  const set = (name: string, value: unknown) => {
    setValues((now) => ({ ...now, [name]: value }));
    setErrors(({ [name]: _, '': __, ...rest }) => rest);
  };

  async function submit(event: FormEvent) {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    for (const field of fields) {
      const value = values[field.name];
      if (value instanceof Unread) wrong[field.name] = value.problem;
      else if (field.required && field.type !== 'boolean' && isEmpty(value)) wrong[field.name] = t('button.required', { label: field.label });
    }
    setErrors(wrong);
    if (Object.keys(wrong).length) return;
    const given = fields.map((field) => [field.name, field.type === 'boolean' ? Boolean(values[field.name]) : toWire(field, values[field.name] ?? null)] as const);
    setBusy(true);
    try {
      await onPress(Object.fromEntries(given.filter(([, value]) => value !== null)));
    } catch (error) {
      setErrors(toldOf(error, fields));
    }
    setBusy(false);
  }

  return (
    <Modal opened onClose={onClose} title={count > 1 ? t('button.for_many', { label: button.label, count }) : button.label} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <form onSubmit={(event) => void submit(event)} className="column gap-12" noValidate>
        {button.confirm && <p style={{ margin: 0 }}>{button.confirm}</p>}
        {fields.map((field, index) => (
          <div key={field.name}>
            <label className="form-label" htmlFor={`parameter-${field.name}`}>{field.label}{field.required && field.type !== 'boolean' && <span className="bad">*</span>}</label>
            <FieldInput id={`parameter-${field.name}`} field={field} value={values[field.name] ?? null} onChange={(value) => set(field.name, value)} error={errors[field.name]} autoFocus={index === 0} />
          </div>
        ))}
        {errors[''] && <div className="control-error" role="alert">{errors['']}</div>}
        <div className="row gap-8 right"><Button variant="subtle" onClick={onClose}>{t('common:action.cancel')}</Button><Button type="submit" loading={busy} data-autofocus={fields.length === 0 || undefined}>{button.label}</Button></div>
      </form>
    </Modal>
  );
}

/** What was refused, at the fields it is about; all else under the empty name. */
function toldOf(error: unknown, fields: Field[]): Record<string, string> {
  if (!(error instanceof ApiError) || !error.errors.length) return { '': messagesByField(error)[''] ?? '' };
  const told: Record<string, string> = {};
  for (const { path, message } of error.errors) {
    const name = fields.find((field) => path === `/parameters/${field.name}`)?.name ?? '';
    told[name] = told[name] ? `${told[name]} ${message}` : message;
  }
  return told;
}
