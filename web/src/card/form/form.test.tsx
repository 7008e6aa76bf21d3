import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import type { RecordButton, RecordData } from '@/catalog/types';
import { useCatalog } from '@/catalog/useCatalog';
import { CATALOG } from '@/test/catalog';
import { makeFakeServer } from '@/test/fake-server';
import { renderPage } from '@/test/render';
import { CreateForm } from '../CreateForm';
import { sectionsOf } from '../sections';
import { useRecordForm } from '../useRecordForm';
import { gatesOf, withFacts } from './facts';
import { FormLayout } from './FormLayout';
import { generatedForm } from './generated';
import { holds } from './holds';
import { ownPaths, pathsToRead } from './layout';
import { blocksOf, spansOf } from './prose';
import type { Component, FieldComponent, FormLayout as Layout, FormTab, Variant } from './types';

HTMLCanvasElement.prototype.getContext = (() => null) as never;
vi.setConfig({ testTimeout: 30_000 });
const catalog = new Catalog(CATALOG);
const deal = catalog.entity('deal')!;
const ALL: Variant[] = ['edit', 'create', 'phone'];

const own = (name: string, type: string) => ({ node: 'field', of: { node: 'variable', variable: 0, type: { record: 'deal' } }, field: { entity: 'deal', id: name, name }, type });
const is = (of: unknown, value: string) => ({ when: { node: 'binary', operator: '==', left: of, right: { node: 'literal', value, type: 'text' }, type: 'boolean' }, text: 'typed' });
const LOST = is(own('stage', 'text'), 'lost');
const IN_GRAZ = is({ node: 'field', of: { ...own('company', ''), type: { record: 'company' } }, field: { entity: 'company', id: 'city', name: 'city' }, type: 'text' }, 'Graz');
const field = (path: string, more: Partial<FieldComponent> = {}): Component => ({ type: 'field', path, in: ALL, ...more });
const tab = (name: string, components: Component[], more: Partial<FormTab> = {}): FormTab => ({ name, label: name, in: [...ALL, 'quick'], components, ...more });
const layoutOf = (tabs: FormTab[], more: Partial<Layout> = {}): Layout => ({ name: 'drawn', label: 'Drawn', tabs, reads: [], ...more });

let calls: { path: string; body: Record<string, unknown> }[] = [];
let server = makeFakeServer();
let widgets: Record<string, unknown> = {};
let told: Record<string, unknown> = {};

const json = (body: unknown) => new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
beforeEach(() => {
  [calls, widgets, told] = [[], {}, {}];
  server = makeFakeServer();
  vi.stubGlobal('fetch', async (path: string, init: RequestInit = {}) => {
    const body = JSON.parse(String(init.body ?? '{}')) as Record<string, unknown>;
    calls.push({ path, body });
    if (path.startsWith('/api/forms/')) return json({ widgets });
    const id = /^id == "(\w+)"$/.exec(String(body.filter ?? ''))?.[1];
    if (!id) return server(path, init);
    const found = await (await server(path.replace(/query$/, id))).json() as RecordData;
    return json({ items: [{ ...found, ...told }] });
  });
});
afterEach(() => vi.unstubAllGlobals());

const read = async (id = 'd0'): Promise<RecordData> => (await server(`/api/records/deal/${id}`)).json() as Promise<RecordData>;

function Drawn({ record, layout, variant = 'edit' }: { record: RecordData; layout: Layout; variant?: Variant }) {
  const form = useRecordForm(useCatalog(), deal, record);
  return <FormLayout form={form} layout={layout} variant={variant} />;
}
const draw = async (components: Component[], more: Partial<Layout> = {}, variant: Variant = 'edit') => renderPage(<Drawn record={await read()} layout={layoutOf([tab('main', components)], more)} variant={variant} />);

describe('the generated form', () => {
  const form = generatedForm(catalog, deal);
  const paths = (name: string, variant: Variant) => ownPaths(form.tabs.find((one) => one.name === name)!.components, variant);
  it('is the card as it was without drawn forms', () => {
    const sections = sectionsOf(deal);
    const names = (fields: { name: string }[]) => fields.map((one) => one.name);
    expect(paths('main', 'edit')).toEqual(names([...sections.main, ...sections.lines, ...sections.files, ...sections.system]));
    expect(paths('main', 'phone')).toEqual(names([...sections.main, ...sections.files, ...sections.lines]));
    expect(paths('main', 'create')).toEqual(['title', 'company', 'stage', 'amount', 'close_date', 'probability', 'notes', 'contract', 'items']);
    expect(paths('main', 'quick')).toEqual(paths('main', 'create'));
    const shown = (variant: Variant, entity = deal) => generatedForm(catalog, entity).tabs.filter((one) => one.in.includes(variant)).map((one) => one.name);
    expect(shown('edit', catalog.entity('company'))).toEqual(['main', ...sectionsOf(catalog.entity('company')!).related.map((one) => one.name), 'history']);
    expect(shown('phone', catalog.entity('company')).slice(0, 2)).toEqual(['main', 'history']);
    expect(form.side).toEqual([{ type: 'history', in: ['edit'] }]);
  });
  it('has no history of what is composed', () => {
    const composed = generatedForm(catalog, { ...deal, dataset: true });
    expect(composed.tabs.map((one) => one.name)).toEqual(['main']);
    expect(composed.side).toEqual([]);
  });
});

describe('what stands behind links', () => {
  const layout = layoutOf([tab('main', [field('company.city'), { type: 'related', path: 'company.deals', in: ALL }])], { reads: ['company.city'] });
  it('is read beside the record and nested as an expression sees it', () => {
    expect(pathsToRead(catalog, deal, layout)).toEqual(['company.city']);
    const values = { id: 'd0', company: { id: 'c0', title: 'Ernst' } };
    expect(gatesOf(catalog, deal, ['company.city', 'company.site'], values)).toEqual([{ step: 'company', target: 'company', id: 'c0', rest: ['city', 'site'] }]);
    expect(withFacts(values, { 'company.city': 'Graz' })).toEqual({ id: 'd0', company: { id: 'c0', title: 'Ernst', city: 'Graz' } });
    expect(withFacts({ company: null }, { 'company.city': 'Graz' })).toEqual({ company: null });
    expect(withFacts({ subject: { id: 'c0', entity: 'company' } }, { 'subject.as_company.city': 'Graz' })).toEqual({ subject: { id: 'c0', entity: 'company', city: 'Graz' } });
  });
  it('tells conditions, those of the database by its answer', () => {
    const about = { record: { company: { id: 'c0', city: 'Graz' } }, world: {}, answers: { 'deals.count() > 3': true }, waiting: false };
    expect(holds(IN_GRAZ, about)).toBe(true);
    expect(holds(IN_GRAZ, { ...about, record: { company: { id: 'c1', city: 'Cork' } } })).toBe(false);
    expect(holds({ when: null, text: 'deals.count() > 3' }, about)).toBe(true);
    expect(holds({ when: null, text: 'other' }, about)).toBe(false);
    // What is still on its way hides; what nobody can tell is rather seen.
    expect(holds(IN_GRAZ, { ...about, record: { company: { id: 'c0' } }, waiting: true })).toBe(false);
    expect(holds(IN_GRAZ, { ...about, record: { company: { id: 'c0' } } })).toBe(true);
  });
});

describe('texts of a form', () => {
  it('have paragraphs, lists, emphasis and addresses, and no markup beside', () => {
    expect(spansOf('a **b** *c* [d](https://e.example) [f](javascript:x) [g](//h)')).toEqual([{ text: 'a ' }, { text: 'b', strong: true }, { text: ' ' }, { text: 'c', slanted: true }, { text: ' ' }, { text: 'd', address: 'https://e.example' }, { text: ' [f](javascript:x) ' }, { text: '[g](//h)' }]);
    expect(blocksOf('one\ntwo\n\n- a\n- b').map((block) => block.kind)).toEqual(['paragraph', 'list']);
  });
});

describe('a drawn form', () => {
  it('lays fields out in sections, with labels, hints and values behind links of its own', async () => {
    await draw([{ type: 'section', name: 's', label: 'Money', columns: 3, in: ALL, components: [field('title', { span: 3 }), field('amount', { label: 'Price', hint: 'Without tax' }), field('close_date', { read_only: true }), field('company.city'), field('nothing.here')] }], { reads: ['company.city'] });
    const section = await screen.findByRole('region', { name: 'Money' });
    expect(within(section).getByLabelText('Price')).toBeTruthy();
    expect(within(section).getByText('Without tax')).toBeTruthy();
    expect(within(section).queryByRole('textbox', { name: 'Close date' })).toBeNull();
    expect(within(section).getByText('Company › City')).toBeTruthy();
    expect(await within(section).findByText('Graz')).toBeTruthy();
    expect(section.querySelector('.columns-3 > .span-3 input')).toBeTruthy();
    fireEvent.click(within(section).getByRole('button', { name: 'Money' }));
    expect(within(section).queryByLabelText('Price')).toBeNull();
  });

  it('shows and colours while one types, and saves as before', async () => {
    const big = { ...is(own('title', 'text'), 'Big'), color: 'rose' as const };
    await draw([{ type: 'section', name: 's', label: 'Deal', in: ALL, components: [field('notes', { show: big }), field('title', { style: [big] })] }, { type: 'text', name: 'grown', text: 'It is **big**', tone: 'warning', in: ALL, show: big }]);
    const title = await screen.findByLabelText(/^Title/);
    expect(screen.queryByText('big')).toBeNull();
    fireEvent.change(title, { target: { value: 'Big' } });
    expect((await screen.findByText('big')).tagName).toBe('STRONG');
    expect(screen.getByLabelText('Notes')).toBeTruthy();
    // What one types in stays what it is when something appears before it.
    expect(screen.getByLabelText(/^Title/)).toBe(title);
    expect(title.closest('.form-toned')?.className).toContain('hue-rose');
    fireEvent.blur(title);
    await waitFor(() => expect(calls.find((call) => call.path === '/api/records/deal/d0')?.body).toMatchObject({ title: 'Big' }));
    fireEvent.change(title, { target: { value: 'Small' } });
    await waitFor(() => expect(screen.queryByText('big')).toBeNull());
  });

  it('asks the database for conditions that only it can tell, again after each save', async () => {
    told = { condition_0: true };
    await draw([field('title'), field('notes', { show: { when: null, text: 'items.count() > 1' } })]);
    expect(await screen.findByLabelText('Notes')).toBeTruthy();
    const asked = () => calls.filter((call) => JSON.stringify(call.body.select ?? '').includes('condition_0'));
    expect(asked()[0]!.body).toMatchObject({ select: ['id', { name: 'condition_0', expression: 'items.count() > 1' }], filter: 'id == "d0"' });
    told = { condition_0: false };
    fireEvent.change(screen.getByLabelText(/^Title/), { target: { value: 'Other' } });
    fireEvent.blur(screen.getByLabelText(/^Title/));
    await waitFor(() => expect(screen.queryByLabelText('Notes')).toBeNull());
    expect(asked()).toHaveLength(2);
  });

  it('has tabs, inner tabs, and a section that goes when it is empty', async () => {
    const inner: Component = { type: 'tabs', in: ALL, tabs: [tab('First', [field('title')]), tab('Second', [field('amount')]), tab('Gone', [field('notes')], { show: LOST })] };
    await renderPage(<Drawn record={{ ...(await read()), contract: null }} layout={layoutOf([tab('Main', [inner, { type: 'section', name: 'e', label: 'Files', hide_when_empty: true, in: ALL, components: [field('contract')] }]), tab('More', [field('probability')]), tab('New', [field('probability')], { in: ['create'] })])} />);
    expect((await screen.findAllByRole('tab')).map((one) => one.textContent)).toEqual(['Main', 'More', 'First', 'Second']);
    expect(screen.queryByRole('region', { name: 'Files' })).toBeNull();
    // Who may fill it in has a way to it all the same.
    await userEvent.click(screen.getByRole('button', { name: 'Files' }));
    expect(screen.getByRole('region', { name: 'Files' })).toBeTruthy();
    await userEvent.click(screen.getByRole('tab', { name: 'Second' }));
    expect(screen.getByLabelText('Amount')).toBeTruthy();
    await userEvent.click(screen.getByRole('tab', { name: 'More' }));
    expect(await screen.findByLabelText('Probability')).toBeTruthy();
  });

  it('shows chosen columns and totals of lines, and what every line needs beside them', async () => {
    await draw([{ type: 'lines', path: 'items', label: 'Sold', columns: ['quantity', 'amount'], totals: ['quantity'], in: ALL }]);
    const table = await screen.findByRole('table', { name: 'Sold' });
    expect(within(table).getAllByRole('columnheader').map((one) => one.textContent)).toEqual(['№', 'Quantity', 'Amount, €', 'Product*', '']);
    expect(table.querySelector('.lines-foot')!.textContent).toContain('108');
    expect(table.querySelector('.lines-foot')!.textContent).not.toContain('65');
  });

  it('lists what is related to a record behind a link by its own condition, and makes none of it from here', async () => {
    await draw([{ type: 'related', path: 'company.deals', label: 'Won before', columns: ['title', 'amount'], filter: 'stage == "won"', sort: ['-amount'], limit: 3, in: ALL }]);
    expect(await screen.findByRole('table', { name: 'Won before' })).toBeTruthy();
    const asked = calls.find((call) => call.path === '/api/records/deal/query' && call.body.limit === 3)!.body;
    expect(asked).toMatchObject({ filter: '(company == "c0") && (stage == "won")', sort: ['-amount'], select: ['id', 'title', 'amount'] });
    const all = screen.getByRole('link', { name: 'Show all 248' }).getAttribute('href')!;
    expect(Object.fromEntries(new URLSearchParams(all.split('?')[1]))).toEqual({ where: asked.filter, behind: 'Won before: Ernst Handel', sort: '-amount' });
    expect(screen.queryByRole('button', { name: 'New Deal' })).toBeNull();
  });

  it('asks for all its widgets at once, and one that fails leaves the others', async () => {
    const widget = (name: string): Component => ({ type: 'widget', name, in: ALL, widget: { type: 'indicator', name, measure: name, place: { x: 0, y: 0, width: 3, height: 2 }, about: { label: name, format: { style: 'number' }, better: 'higher' } } as never });
    widgets = { broken: { type: 'indicator', value: {} }, refused: { type: 'indicator', problem: { status: 403, title: 'Not for you' } } };
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await draw([field('title'), widget('broken'), widget('refused')]);
    expect(await screen.findByText(/Not for you/)).toBeTruthy();
    expect(await screen.findByText('This part of the form could not be shown')).toBeTruthy();
    expect(screen.getByLabelText(/^Title/)).toBeTruthy();
    expect(calls.filter((call) => call.path === '/api/forms/drawn/data').map((call) => call.body)).toEqual([{ record: 'd0', widgets: ['broken', 'refused'] }]);
    vi.restoreAllMocks();
  });

  it('has buttons where their own condition holds, and pictures', async () => {
    const button = (name: string, when: unknown): Component => ({ type: 'button', script: 'acts', button: { script: 'acts', name, label: name, confirm: '', on_list: false, when, parameters: [] } satisfies RecordButton, in: ALL });
    await draw([button('Win', null), button('Revive', LOST.when), { type: 'image', name: 'logo', file: 'f1', label: 'Our sign', in: ALL }]);
    await userEvent.click(await screen.findByRole('button', { name: 'Win' }));
    await waitFor(() => expect(calls.some((call) => call.path === '/api/records/deal/buttons/acts/Win')).toBe(true));
    expect(screen.queryByRole('button', { name: 'Revive' })).toBeNull();
    expect(screen.getByAltText('Our sign').getAttribute('src')).toBe('/api/files/f1');
  });

  it('stands on a phone as rows, with what is beside it as a tab', async () => {
    await draw([{ type: 'section', name: 's', label: 'Money', in: ALL, components: [field('amount'), field('company.city'), field('notes', { in: ['edit'] })] }], { reads: ['company.city'], side: [{ type: 'history', in: ['edit', 'phone'] }] }, 'phone');
    expect(await screen.findByRole('button', { name: /^Edit Amount/ })).toBeTruthy();
    expect(screen.getByText('Company › City').className).toBe('field-row-label');
    expect(screen.queryByText('Notes')).toBeNull();
    expect(screen.getAllByRole('tab').map((one) => one.textContent)).toEqual(['main', 'History']);
  });

  it('makes a record: little in a window and all on demand, live behind a link that is not saved, nothing of what needs a record', async () => {
    const quick: Variant[] = ['create', 'quick'];
    const form = layoutOf([
      tab('Main', [{ type: 'section', name: 's', label: 'Deal', in: quick, components: [field('title', { in: quick }), field('company', { in: quick }), field('notes', { in: quick, show: IN_GRAZ }), field('probability', { in: ['create'] })] }, { type: 'history', in: ['create', 'quick', 'edit'] }]),
      tab('Money', [field('amount', { in: ['create'] })]),
    ], { reads: ['company.city'], help: 'First the **title**' });
    const made = vi.fn();
    await renderPage(<CreateForm variant="quick" entity={{ ...deal, form }} initial={{ company: { id: 'c1', title: 'Волга-Агро' } }} onCreated={made} onCancel={() => undefined} />);
    expect(await screen.findByLabelText(/^Title/)).toBe(document.activeElement);
    await waitFor(() => expect(calls.find((call) => call.path === '/api/records/company/query')?.body).toMatchObject({ select: ['id', 'city'], filter: 'id == "c1"' }));
    expect(screen.queryByLabelText('Notes')).toBeNull();
    expect(screen.queryByLabelText('Amount')).toBeNull();
    fireEvent.change(screen.getByLabelText(/^Title/), { target: { value: 'Racks' } });
    await userEvent.click(screen.getByRole('button', { name: 'All fields' }));
    expect(screen.getByRole('region', { name: 'Money' })).toBeTruthy();
    fireEvent.change(screen.getByLabelText('Amount'), { target: { value: '5' } });
    expect((screen.getByLabelText(/^Title/) as HTMLInputElement).value).toBe('Racks');
    await userEvent.click(screen.getByRole('button', { name: 'Help on the form' }));
    expect((await within(await screen.findByRole('dialog')).findByText('title')).tagName).toBe('STRONG');
    fireEvent.click(screen.getByText('Create'));
    await waitFor(() => expect(made).toHaveBeenCalled());
  });

  it('asks for what has to be filled in, also where no form holds it', async () => {
    await renderPage(<CreateForm entity={{ ...deal, form: layoutOf([tab('Main', [field('amount')])]) }} onCreated={() => undefined} onCancel={() => undefined} />);
    expect(await screen.findByLabelText('Amount')).toBeTruthy();
    expect(screen.queryByLabelText(/^Title/)).toBeNull();
    fireEvent.click(screen.getByText('Create'));
    expect(await screen.findByLabelText(/^Title/)).toBeTruthy();
  });
});
