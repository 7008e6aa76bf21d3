import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { messagesByField } from '@/api/error';
import { records } from '@/api/records';
import { ownFields } from '@/catalog/catalog';
import { useCatalog } from '@/catalog/useCatalog';
import type { Entity, RecordData, Reference } from '@/catalog/types';
import { defaultValues, isEmpty, isWritable, toWire } from '@/fields/mapping';
import { unreadIn } from '@/fields/unread';
import { recordTitle } from '@/fields/title';
import { newLabel } from '@/shell/words';
import { FormField } from './FormField';
import { FormSummary } from './FormSummary';
import { lineFields } from './lines';
import { brokenRules, world } from './rules';

interface Props {
  entity: Entity;
  initial?: Record<string, unknown>;
  onCreated: (reference: Reference) => void;
  onCancel: () => void;
}

/** A new record: nothing is saved until the button; what is wrong is said at the field and over the form. */
export function CreateForm({ entity, initial, onCreated, onCancel }: Props) {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const client = useQueryClient();
  const fields = useMemo(() => ownFields(entity).filter((field) => isWritable(field) && field.type !== 'children'), [entity]);
  const [values, setValues] = useState<Record<string, unknown>>(() => ({ ...defaultValues(ownFields(entity), world(catalog)), ...initial }));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(0);

  function check(): Record<string, string> {
    const missing = Object.fromEntries(fields.filter((field) => field.required && field.type !== 'boolean' && isEmpty(values[field.name]) && field.default === undefined).map((field) => [field.name, t('field.fill', { label: field.label })]));
    return { ...brokenRules(entity, values, world(catalog)), ...missing, ...unreadIn(values) };
  }
  async function submit(event: FormEvent) {
    event.preventDefault();
    event.stopPropagation();
    const found = check();
    setErrors(found);
    setTried(tried + 1);
    if (Object.keys(found).length) return;
    setBusy(true);
    try {
      const body = Object.fromEntries(Object.entries(values).flatMap(([name, value]) => {
        const field = catalog.field(entity.name, name);
        return field && !isEmpty(value) ? [[name, toWire(field, value, field.type === 'children' ? lineFields(catalog, field) : undefined)]] : [];
      }));
      const made: RecordData = await records.create(entity.name, body);
      void client.invalidateQueries({ queryKey: ['records', entity.name] });
      onCreated({ id: made.id, title: recordTitle(entity, { ...values, ...made }) });
    } catch (error) {
      setErrors(messagesByField(error));
      setBusy(false);
    }
  }
  const set = (name: string) => (value: unknown) => {
    setValues((old) => ({ ...old, [name]: value }));
    setErrors((old) => Object.fromEntries(Object.entries(old).filter(([key]) => key !== name && key !== '')));
  };
  return (
    <form noValidate onSubmit={(event) => void submit(event)}>
      <FormSummary key={tried} entity={entity} errors={errors} focus />
      <div className="form-grid">{fields.map((field, index) => <FormField key={field.name} field={field} value={values[field.name]} error={errors[field.name]} autoFocus={index === 0} onChange={set(field.name)} />)}</div>
      <div className="row gap-8" style={{ marginTop: 20 }}><Button type="submit" loading={busy}>{t('create.submit')}</Button><Button variant="subtle" onClick={onCancel}>{t('common:action.cancel')}</Button><span className="grow" />{Object.keys(errors).length > 0 && <span className="size-12 dim">{t('create.kept')}</span>}</div>
      <span className="visually-hidden">{newLabel(entity)}</span>
    </form>
  );
}
