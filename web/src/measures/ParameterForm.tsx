import { Button } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Field } from '@/catalog/types';
import { FieldInput } from '@/fields/FieldInput';
import { isEmpty, toWire } from '@/fields/mapping';
import { Unread } from '@/fields/unread';
import type { Measure } from './api';

interface Props {
  measure: Pick<Measure, 'name' | 'parameters'>;
  given: Record<string, unknown>;
  onGive: (values: Record<string, unknown>) => void;
}

/** The values of a measure's parameters; what is left as it is has the measure's own. */
export function ParameterForm({ measure, given, onGive }: Props) {
  const { t } = useTranslation('work');
  const fields = measure.parameters.map((one): Field => ({ ...one, id: one.name }));
  const [values, setValues] = useState<Record<string, unknown>>(() => Object.fromEntries(fields.map((field) => [field.name, field.name in given ? given[field.name] : (field.default ?? null)])));
  const [errors, setErrors] = useState<Record<string, string>>({});

  function submit(event: FormEvent) {
    event.preventDefault();
    const wrong = Object.fromEntries(fields.flatMap((field) => (values[field.name] instanceof Unread ? [[field.name, (values[field.name] as Unread).problem]] : [])));
    setErrors(wrong);
    if (Object.keys(wrong).length) return;
    // A calculated default that nobody has touched stays the server's.
    const touched = fields.filter((field, at) => field.name in given || !isEmpty(values[field.name]) || !measure.parameters[at]!.calculated);
    onGive(Object.fromEntries(touched.map((field) => [field.name, toWire(field, values[field.name] ?? null)])));
  }
  return (
    <form className="column gap-12" onSubmit={submit} noValidate>
      {fields.map((field, at) => (
        <div key={field.name}>
          <label className="form-label" htmlFor={`given-${measure.name}-${field.name}`}>{field.label}</label>
          <FieldInput id={`given-${measure.name}-${field.name}`} field={field} value={values[field.name] ?? null} error={errors[field.name]} autoFocus={at === 0} onChange={(value) => setValues((now) => ({ ...now, [field.name]: value }))} />
        </div>
      ))}
      <div className="row gap-8 right"><Button variant="subtle" onClick={() => onGive({})}>{t('indicators.as_set')}</Button><Button type="submit">{t('indicators.apply')}</Button></div>
    </form>
  );
}
