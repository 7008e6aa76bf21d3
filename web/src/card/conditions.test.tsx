import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import { useCatalog } from '@/catalog/useCatalog';
import type { Entity, Field, RecordData } from '@/catalog/types';
import type { Node } from '@/expression/evaluate';
import { CATALOG } from '@/test/catalog';
import { renderPage } from '@/test/render';
import { choicesOf, needsServer, stateOf } from './conditions';
import { FieldRow } from './FieldRow';
import { FormField } from './FormField';
import { RecordConditions } from './RecordConditions';
import { useRecordForm } from './useRecordForm';

vi.setConfig({ testTimeout: 30_000 });
const catalog = new Catalog(CATALOG);
const of = (name: string): Node => ({ node: 'field', type: 'text', of: { node: 'variable', type: { record: 'deal' }, variable: 0 }, field: { entity: 'deal', id: name, name } });
const is = (name: string, value: string): Node => ({ node: 'binary', type: 'boolean', operator: '==', left: of(name), right: { node: 'literal', type: 'text', value } });
const not = (argument: Node): Node => ({ node: 'unary', type: 'boolean', operator: '!', argument });
const base = catalog.entity('deal')!;
const change = (name: string, patch: Partial<Field>) => (field: Field) => (field.name === name ? { ...field, ...patch } : field);
/** A deal whose notes are for what is won, whose amount a won deal keeps, and that is won out of negotiation alone. */
const deal: Entity = {
  ...base,
  fields: base.fields
    .map(change('notes', { show: { when: is('stage', 'won') }, require: { when: is('stage', 'won'), message: 'Say how' } }))
    .map(change('amount', { lock: { when: is('stage', 'won'), message: 'It is won' } }))
    .map(change('close_date', { show: { when: null }, lock: { when: null } }))
    .map(change('company', { options: { when: null } }))
    .map(change('stage', { options: { when: { ...is('option', 'won'), operator: '||', left: not(is('option', 'won')), right: is('title', 'Big') } } })),
};
const field = (name: string) => deal.fields.find((one) => one.name === name)!;
const state = (name: string, values: Record<string, unknown>, saved = values, told = {}) => stateOf(catalog, deal, values, field(name), saved, told);

afterEach(() => vi.unstubAllGlobals());

describe('the state of a field', () => {
  it('follows what is typed: shown and needed', () => {
    expect(state('notes', { stage: 'new' })).toEqual({ shown: false, required: false });
    expect(state('notes', { stage: 'won' })).toEqual({ shown: true, required: true });
  });
  it('is locked by the record as it was saved', () => {
    expect(state('amount', { stage: 'won' }, { stage: 'new' }).locked).toBeUndefined();
    expect(state('amount', { stage: 'new' }, { stage: 'won' }).locked).toBe('It is won');
  });
  it('is what the server tells where the page cannot judge, and as usual until then', () => {
    expect(state('close_date', {})).toEqual({ shown: true, required: false });
    expect(state('close_date', {}, {}, { close_date: { show: false, lock: true } })).toEqual({ shown: false, required: false, locked: '' });
    expect([needsServer(deal), needsServer(base)]).toEqual([true, false]);
  });
  it('narrows choices, and leaves to the server what it knows nothing of', () => {
    expect(choicesOf(catalog, { title: 'Small' }, field('stage'))).toEqual(['new', 'qualified', 'proposal', 'negotiation']);
    expect(choicesOf(catalog, { title: 'Big' }, field('stage'))).toContain('won');
    expect(choicesOf(catalog, {}, { ...field('stage'), options: { when: null } })).toBeUndefined();
  });
});

function Form({ saved }: { saved: RecordData }) {
  const [values, setValues] = useState<RecordData>(saved);
  const set = (name: string) => (value: unknown) => setValues({ ...values, [name]: value });
  return (
    <RecordConditions entity={deal} values={values} saved={saved} quiet>
      <button type="button" onClick={() => set('stage')('won')}>win</button>
      {['stage', 'amount', 'notes', 'company'].map((name) => <FormField key={name} field={field(name)} value={values[name]} onChange={set(name)} />)}
    </RecordConditions>
  );
}

describe('the fields of a form', () => {
  it('come and go, are needed, and say why they are locked', async () => {
    await renderPage(<Form saved={{ id: 'd0', stage: 'new', title: 'Small', amount: '5', notes: null } as RecordData} />);
    expect(screen.queryByLabelText(/^Notes/)).toBeNull();
    await userEvent.click(screen.getByText('win'));
    expect(await screen.findByLabelText(/^Notes/)).toBeTruthy();
    expect(document.querySelector('label[for="field-notes"]')?.textContent).toContain('*');
    expect(screen.getByLabelText(/^Amount/)).toHaveProperty('readOnly', false);
  });
  it('are locked where the record was', async () => {
    await renderPage(<Form saved={{ id: 'd0', stage: 'won', title: 'Small', amount: '5', notes: 'x' } as RecordData} />);
    expect(await screen.findByRole('img', { name: 'It is won' })).toBeTruthy();
    expect(document.querySelector('#field-amount')).toHaveProperty('readOnly', true);
  });
  it('ask for records with what is typed and not saved', async () => {
    const asked: { path: string; body: unknown }[] = [];
    vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
      asked.push({ path, body: JSON.parse(String(init.body ?? '{}')) });
      return Promise.resolve(new Response(JSON.stringify({ items: [{ id: 'c7', title: 'Fitting' }], next_cursor: null }), { status: 200, headers: { 'Content-Type': 'application/json' } }));
    });
    await renderPage(<Form saved={{ id: 'd0', stage: 'new', title: 'Small', amount: '5' } as RecordData} />);
    await userEvent.click(screen.getByText('win'));
    await userEvent.click(document.querySelector('#field-company')!);
    expect(await screen.findByRole('option', { name: /Fitting/ })).toBeTruthy();
    expect(asked).toEqual([{ path: '/api/records/deal/options', body: { field: 'company', record: 'd0', values: { stage: 'won' }, limit: 20 } }]);
  });
});

function Row({ saved }: { saved: RecordData }) {
  const form = useRecordForm(useCatalog(), deal, saved);
  return (
    <RecordConditions entity={deal} values={form.values} saved={form.saved} quiet>
      <button type="button" onClick={() => form.save(field('stage'), 'won')}>win</button>
      <button type="button" onClick={() => form.save(field('notes'), 'by phone')}>say</button>
      <FieldRow field={field('notes')} form={form} error={form.errors.notes} mayEdit />
    </RecordConditions>
  );
}

describe('a card', () => {
  it('sends what was refused with what it lacked', async () => {
    const sent: Record<string, unknown>[] = [];
    vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
      const body = JSON.parse(String(init.body)) as Record<string, unknown>;
      sent.push(body);
      const answer = body.notes ? { id: 'd0', ...body, version: 2 } : { type: 'x', title: 'x', status: 422, errors: [{ path: '/notes', code: 'validation.required', message: 'Say how' }] };
      return Promise.resolve(new Response(JSON.stringify(answer), { status: body.notes ? 200 : 422, headers: { 'Content-Type': 'application/json' } }));
    });
    await renderPage(<Row saved={{ id: 'd0', stage: 'new', title: 'Small', notes: null, version: 1 } as RecordData} />);
    expect(screen.queryByText('Notes')).toBeNull();
    await userEvent.click(screen.getByText('win'));
    expect(await screen.findByText('Say how')).toBeTruthy();
    await userEvent.click(screen.getByText('say'));
    await waitFor(() => expect(sent).toEqual([{ stage: 'won', version: 1 }, { stage: 'won', notes: 'by phone', version: 1 }]));
    await waitFor(() => expect(screen.queryByText('Say how')).toBeNull());
  });
});
