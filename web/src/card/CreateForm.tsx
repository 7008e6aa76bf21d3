import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type KeyboardEvent, type Ref, useImperativeHandle, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { messagesByField } from '@/api/error';
import { writeJson } from '@/api/json';
import { records } from '@/api/records';
import { ownFields } from '@/catalog/catalog';
import { useCatalog } from '@/catalog/useCatalog';
import type { Entity, Field, RecordData, Reference } from '@/catalog/types';
import { defaultValues, isEmpty, isWritable, toWire } from '@/fields/mapping';
import { Unread, unreadIn } from '@/fields/unread';
import { recordTitle } from '@/fields/title';
import { newLabel } from '@/shell/words';
import { FormField } from './FormField';
import type { LayoutForm } from './form/context';
import { FormHelp } from './form/FormHelp';
import { LayoutBody } from './form/FormLayout';
import { formOf } from './form/generated';
import { ownPaths, pathsInSight } from './form/layout';
import type { Variant } from './form/types';
import { useLayoutOf } from './form/useLayoutOf';
import { calculate } from './formulas';
import { FormSummary } from './FormSummary';
import { LossGuard } from './LeaveGuard';
import { LeaveQuestion } from './LeaveQuestion';
import { cellOf, gapsIn, isLineBegun, type Line, lineFields, lineOwners } from './lines';
import { RecordConditions } from './RecordConditions';
import { stateOf } from './conditions';
import { brokenRules, world } from './rules';

interface Props {
  entity: Entity;
  initial?: Record<string, unknown>;
  onCreated: (reference: Reference) => void;
  onCancel: () => void;
  handle?: Ref<CreateHandle>;
  /** Whether it is on a page of its own, or asks for little in a window. */
  variant?: 'create' | 'quick';
}

/** What a window around the form asks of it. */
export interface CreateHandle {
  /** Cancels, after a question when something would be lost. */
  leave: () => void;
}

/** A new record: nothing is saved until the button; what is wrong is said at the field and over the form. */
export function CreateForm({ entity, initial, onCreated, onCancel, handle, variant: asked = 'create' }: Props) {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const client = useQueryClient();
  const own = useMemo(() => ownFields(entity).filter(isWritable), [entity]);
  const owners = useMemo(() => lineOwners(catalog, entity), [catalog, entity]);
  const [first] = useState<Record<string, unknown>>(() => ({ ...defaultValues(ownFields(entity), world(catalog)), ...initial }));
  const [values, setValues] = useState(first);
  const [begun, setBegun] = useState<Record<string, Line[]>>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(0);
  const done = useRef(false);
  const gaps = gapsIn(catalog, owners, values, begun);
  const calculated = useMemo(() => {
    const none = Object.fromEntries(owners.map((field) => [field.name, []]));
    return calculate(catalog, entity, { ...none, ...values }, begun, world(catalog));
  }, [catalog, entity, owners, values, begun]);

  /** What would be lost by leaving, in words; what the form began with is none of it. */
  function typed(): string[] {
    if (done.current) return [];
    const differs = (field: Field) => values[field.name] instanceof Unread || writeJson(values[field.name] ?? null) !== writeJson(first[field.name] ?? null);
    const begunIn = (field: Field) => (begun[field.name] ?? []).some((line) => isLineBegun(lineFields(catalog, field), line));
    return own.filter((field) => differs(field) || begunIn(field)).map((field) => field.label);
  }
  const isTyped = () => typed().length > 0;
  const [leaving, setLeaving] = useState(false);
  function leave() {
    // Escape is told to the window of the form as well as to the question over it.
    if (leaving) return;
    if (isTyped()) setLeaving(true);
    else onCancel();
  }
  useImperativeHandle(handle, () => ({ leave }));

  function check(): Record<string, string> {
    const stands = (field: Field) => stateOf(catalog, entity, calculated, field);
    const missing = Object.fromEntries(own.filter((field) => field.type !== 'children' && stands(field).required && field.type !== 'boolean' && isEmpty(values[field.name]) && field.default === undefined).map((field) => [field.name, t('field.fill', { label: field.label })]));
    const incomplete = Object.fromEntries(gaps.map((gap) => [gap.field.name, t('lines.incomplete', { number: gap.line })]));
    const none = owners.filter((field) => stands(field).required && isEmpty(values[field.name])).map((field) => [field.name, t('field.fill', { label: field.label })]);
    return { ...brokenRules(entity, values, world(catalog)), ...missing, ...Object.fromEntries(none), ...incomplete, ...unreadIn(values) };
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
        return field && !isEmpty(value) && stateOf(catalog, entity, calculated, field).shown ? [[name, toWire(field, value, field.type === 'children' ? lineFields(catalog, field) : undefined)]] : [];
      }));
      const made: RecordData = await records.create(entity.name, body);
      done.current = true;
      void client.invalidateQueries({ queryKey: ['records', entity.name] });
      onCreated({ id: made.id, title: recordTitle(entity, { ...values, ...made }) });
    } catch (error) {
      setErrors(messagesByField(error, (path) => cellOf(catalog, entity, path)));
      setBusy(false);
    }
  }
  // Enter in a list that has nothing chosen yet is no end of the form.
  const keepEnter = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.target as Element).getAttribute('aria-haspopup') === 'listbox') event.preventDefault();
  };
  const set = (name: string) => (value: unknown) => {
    setValues((old) => ({ ...old, [name]: value }));
    setErrors((old) => Object.fromEntries(Object.entries(old).filter(([key]) => key !== name && key !== '')));
  };
  const form: LayoutForm = {
    entity, errors, values: calculated as RecordData, begun, gaps,
    begin: (field, lines) => setBegun((old) => ({ ...old, [field.name]: lines })),
    type: (field, value) => set(field.name)(value),
    save: (field, value) => set(field.name)(value),
    restore: (field) => set(field.name)(first[field.name] ?? null),
  };
  const layout = formOf(catalog, entity);
  const [isFull, setFull] = useState(asked === 'create');
  const variant = isFull ? 'create' : 'quick';
  const everything = layout.tabs.flatMap((tab) => tab.components);
  const has = (which: Variant) => new Set(ownPaths(everything, which));
  const [one] = ownPaths(everything, variant).filter((name) => own.some((field) => field.name === name && field.type !== 'children'));
  const state = useLayoutOf({ form, layout, variant, mayEdit: true, first: one });
  const inSight = new Set(pathsInSight(layout, state));
  // What has to be mended and is on no form that is drawn can be mended all the same.
  const left = own.filter((field) => field.name in errors && !inSight.has(field.name) && field.type !== 'children');
  const hasMore = !isFull && [...has('create')].some((name) => !has('quick').has(name));
  return (
    <RecordConditions entity={entity} values={calculated}>
    <form noValidate onSubmit={(event) => void submit(event)} onKeyDown={keepEnter}>
      <FormSummary key={tried} entity={entity} errors={errors} focus />
      <LayoutBody state={state} />
      {left.length > 0 && <div className="form-grid columns-2" style={{ marginTop: 12 }}>{left.map((field) => <FormField key={field.name} field={field} value={calculated[field.name]} error={errors[field.name]} onChange={set(field.name)} />)}</div>}
      <div className="row gap-8" style={{ marginTop: 20 }}><Button type="submit" loading={busy}>{t('create.submit')}</Button><Button variant="subtle" onClick={leave}>{t('common:action.cancel')}</Button>{hasMore && <Button variant="subtle" onClick={() => setFull(true)}>{t('form.all_fields')}</Button>}<span className="grow" />{Object.keys(errors).length > 0 && <span className="size-12 dim">{t('create.kept')}</span>}<FormHelp title={layout.label} text={layout.help} /></div>
      <span className="visually-hidden">{newLabel(entity)}</span>
      {leaving && <LeaveQuestion lines={typed()} onLeave={() => { done.current = true; onCancel(); }} onStay={() => setLeaving(false)} />}
      <LossGuard unsaved={isTyped} pending={isTyped} lines={typed} />
    </form>
    </RecordConditions>
  );
}
