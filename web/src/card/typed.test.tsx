import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { Link } from '@tanstack/react-router';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import { useCatalog } from '@/catalog/useCatalog';
import type { Field, RecordData } from '@/catalog/types';
import { Unread, unreadIn } from '@/fields/unread';
import { CellEditor } from '@/list/grid/CellEditor';
import { CATALOG } from '@/test/catalog';
import { makeFakeServer } from '@/test/fake-server';
import { renderPage } from '@/test/render';
import { CreateForm } from './CreateForm';
import CreateModal from './CreateModal';
import { SaveState } from './DesktopCard';
import { FormField } from './FormField';
import { isLineBegun, lineGaps } from './lines';
import { LinesTable } from './LinesTable';
import { useRecordForm } from './useRecordForm';

const catalog = new Catalog(CATALOG);
const deal = catalog.entity('deal')!;
const lines = catalog.field('deal', 'items')!;
const lineField = catalog.entity('deal_item')!.fields;
vi.setConfig({ testTimeout: 30_000 });
let calls: { method: string; path: string; body: Record<string, unknown> }[] = [];
let server = makeFakeServer();

beforeEach(() => {
  calls = [];
  server = makeFakeServer();
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    calls.push({ method: init.method ?? 'GET', path, body: JSON.parse(String(init.body ?? '{}')) as Record<string, unknown> });
    return server(path, init);
  });
});
afterEach(() => vi.unstubAllGlobals());

const written = () => calls.filter((call) => call.method === 'PATCH' || (call.method === 'POST' && call.path === '/api/records/deal'));
const read = async (): Promise<RecordData> => (await server('/api/records/deal/d0')).json() as Promise<RecordData>;

function Lines({ record }: { record: RecordData }) {
  const form = useRecordForm(useCatalog(), deal, record);
  return <><SaveState form={form} /><span data-testid="unsaved">{String(form.unsaved)}</span><LinesTable field={lines} form={form} mayEdit /></>;
}

function Amount({ record }: { record: RecordData }) {
  const form = useRecordForm(useCatalog(), deal, record);
  const field = catalog.field('deal', 'amount')!;
  return <><SaveState form={form} /><FormField field={field} value={form.values.amount} error={form.errors.amount} onChange={(value) => form.type(field, value)} onCommit={(value) => form.save(field, value)} /></>;
}

describe('lines of a card', () => {
  it('save a changed cell of a line that is known', async () => {
    await renderPage(<Lines record={await read()} />);
    await userEvent.click(await screen.findByRole('button', { name: /^Quantity, 1/ }));
    await userEvent.clear(screen.getByLabelText('Quantity'));
    await userEvent.type(screen.getByLabelText('Quantity'), '7{Enter}');
    await waitFor(() => expect(written()).toHaveLength(1));
    expect((written()[0]!.body.items as RecordData[])[0]).toMatchObject({ id: 'i0a', quantity: '7' });
  });

  it('keep a new line that lacks something, say so, and save it when it is whole', async () => {
    await renderPage(<Lines record={await read()} />);
    await userEvent.click(await screen.findByRole('button', { name: 'Add line' }));
    await userEvent.keyboard('{Tab}3{Enter}');
    expect((await screen.findByRole('status')).textContent).toBe('Not saved: line 3 is not complete');
    expect(screen.getByRole('alert').textContent).toContain('Fill in “Product”');
    expect(screen.getByTestId('unsaved').textContent).toBe('true');
    expect(written()).toHaveLength(0);
    await userEvent.click(screen.getByRole('button', { name: /^Product, 3/ }));
    await userEvent.keyboard('Rail{Enter}');
    await waitFor(() => expect(written()).toHaveLength(1));
    expect((written()[0]!.body.items as RecordData[])[2]).toMatchObject({ product: 'Rail', quantity: '3' });
    await waitFor(() => expect(screen.getByTestId('unsaved').textContent).toBe('false'));
  });

  it('forget a line that nobody has begun', async () => {
    await renderPage(<Lines record={await read()} />);
    await userEvent.click(await screen.findByRole('button', { name: 'Add line' }));
    expect(screen.getAllByRole('row')).toHaveLength(5);
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(screen.getAllByRole('row')).toHaveLength(4));
    expect(screen.getByTestId('unsaved').textContent).toBe('false');
  });

  it('tell what they lack', () => {
    expect(lineGaps(lineField, { id: 'new:1', quantity: '1' }).map((field) => field.name)).toEqual(['product']);
    expect(lineGaps(lineField, { id: 'l', product: 'x', price: new Unread('abc', 'no') }).map((field) => field.name)).toEqual(['price']);
    expect(isLineBegun(lineField, { id: 'new:1' })).toBe(false);
    expect(isLineBegun(lineField, { id: 'new:1', price: new Unread('abc', 'no') })).toBe(true);
  });
});

describe('what cannot be read', () => {
  it('stays in its field and is not sent', async () => {
    await renderPage(<Amount record={await read()} />);
    const input = await screen.findByLabelText('Amount');
    await userEvent.clear(input);
    await userEvent.type(input, 'abc{Tab}');
    expect((input as HTMLInputElement).value).toBe('abc');
    expect(screen.getByText('Write a number')).toBeDefined();
    expect(screen.getByRole('status').textContent).toBe('Not saved');
    expect(written()).toHaveLength(0);
    await userEvent.clear(input);
    await userEvent.type(input, '12{Tab}');
    await waitFor(() => expect(written()[0]?.body).toMatchObject({ amount: '12' }));
  });

  it('holds a new record back, each with its way in the summary', async () => {
    await renderPage(<CreateForm entity={deal} onCreated={() => undefined} onCancel={() => undefined} />);
    const write = (label: string | RegExp, text: string) => { fireEvent.change(screen.getByLabelText(label), { target: { value: text } }); fireEvent.blur(screen.getByLabelText(label)); };
    await screen.findByLabelText(/^Title/);
    write(/^Title/, 'Racks');
    write('Amount', 'abc');
    write('Close date', '32/13/2026');
    fireEvent.click(screen.getByText('Create'));
    const summary = await screen.findByRole('alert');
    expect(summary.textContent).toContain('2 fields need attention');
    expect(within(summary).getByRole('link', { name: 'Close date' })).toBeDefined();
    expect((screen.getByLabelText('Close date') as HTMLInputElement).value).toBe('32/13/2026');
    expect(written()).toHaveLength(0);
  });

  it('takes its lines with it, none of them dropped', async () => {
    const made = vi.fn();
    await renderPage(<CreateForm entity={deal} onCreated={made} onCancel={() => undefined} />);
    fireEvent.change(await screen.findByLabelText(/^Title/), { target: { value: 'Racks' } });
    await userEvent.click(screen.getByRole('button', { name: 'Add line' }));
    await userEvent.keyboard('{Tab}3{Enter}');
    fireEvent.click(screen.getByText('Create'));
    expect((await screen.findAllByRole('alert')).some((alert) => alert.textContent.includes('Line 1 is not complete'))).toBe(true);
    expect(written()).toHaveLength(0);
    await userEvent.click(screen.getByRole('button', { name: /^Product, 1/ }));
    await userEvent.keyboard('Rail{Enter}');
    fireEvent.click(screen.getByText('Create'));
    await waitFor(() => expect(written()).toHaveLength(1));
    expect(written()[0]!.body).toMatchObject({ title: 'Racks', items: [{ product: 'Rail', quantity: '3' }] });
    expect((written()[0]!.body.items as RecordData[])[0]).not.toHaveProperty('id');
    await waitFor(() => expect(made).toHaveBeenCalledOnce());
  });

  it('asks before it is given up with something typed, and not before', async () => {
    const cancel = vi.fn();
    await renderPage(<CreateForm entity={deal} onCreated={() => undefined} onCancel={cancel} />);
    fireEvent.click(await screen.findByText('Cancel'));
    expect(cancel).toHaveBeenCalledOnce();
    fireEvent.change(screen.getByLabelText(/^Title/), { target: { value: 'Racks' } });
    fireEvent.click(screen.getByText('Cancel'));
    const question = await screen.findByRole('dialog', { name: 'Leave without saving?' });
    expect(within(question).getByRole('list').textContent).toBe('Title');
    fireEvent.click(within(question).getByText('Stay'));
    expect(cancel).toHaveBeenCalledOnce();
    fireEvent.click(screen.getByText('Cancel'));
    fireEvent.click(within(await screen.findByRole('dialog', { name: 'Leave without saving?' })).getByText('Leave without saving'));
    expect(cancel).toHaveBeenCalledTimes(2);
  });

  it('is not sent by Enter in a list or in the cell of a line', async () => {
    await renderPage(<CreateForm entity={deal} initial={{ title: 'Racks' }} onCreated={() => undefined} onCancel={() => undefined} />);
    await userEvent.click((await screen.findAllByLabelText(/^Company/))[0]!);
    await userEvent.keyboard('nobody{Enter}');
    await userEvent.click(screen.getByRole('button', { name: 'Add line' }));
    await userEvent.keyboard('Rail{Enter}');
    expect(written()).toHaveLength(0);
    expect(screen.queryByText(/need attention|needs attention/)).toBeNull();
  });

  it('asks before another page is opened, and not once it is saved', async () => {
    const page = await renderPage(<><CreateForm entity={deal} onCreated={() => undefined} onCancel={() => undefined} /><Link to="/elsewhere">Elsewhere</Link></>);
    fireEvent.change(await screen.findByLabelText(/^Title/), { target: { value: 'Racks' } });
    fireEvent.click(screen.getByText('Elsewhere'));
    fireEvent.click(within(await screen.findByRole('dialog', { name: 'Leave without saving?' })).getByText('Stay'));
    expect(page.router.state.location.pathname).toBe('/');
    fireEvent.click(screen.getByText('Create'));
    await waitFor(() => expect(written()).toHaveLength(1));
    fireEvent.click(screen.getByText('Elsewhere'));
    await waitFor(() => expect(page.router.state.location.pathname).toBe('/elsewhere'));
  });

  it('outlives Escape in its window: in the cell of a line that gives up the cell alone, elsewhere it asks', async () => {
    const close = vi.fn();
    await renderPage(<CreateModal entity={deal} onClose={close} onCreated={() => undefined} />);
    await userEvent.click(await screen.findByRole('button', { name: 'Add line' }));
    await userEvent.keyboard('Rail{Tab}3{Escape}');
    expect(screen.queryByRole('dialog', { name: 'Leave without saving?' })).toBeNull();
    expect(screen.getByRole('button', { name: /^Product, 1/ }).textContent).toContain('Rail');
    await userEvent.click(screen.getByLabelText(/^Title/));
    await userEvent.keyboard('{Escape}');
    expect(await screen.findByRole('dialog', { name: 'Leave without saving?' })).toBeDefined();
    expect(close).not.toHaveBeenCalled();
  });

  it('says in which line and cell the server found a mistake', async () => {
    vi.stubGlobal('fetch', (path: string, init: RequestInit) => (init.method === 'POST' ? Promise.resolve(new Response(JSON.stringify({ status: 422, errors: [{ path: '/items/1/quantity', code: 'x', message: 'Too many.' }, { path: '/items/0', code: 'x', message: 'Twice.' }] }), { status: 422, headers: { 'content-type': 'application/problem+json' } })) : server(path, init)));
    await renderPage(<CreateForm entity={deal} initial={{ title: 'Racks' }} onCreated={() => undefined} onCancel={() => undefined} />);
    fireEvent.click(await screen.findByText('Create'));
    expect((await screen.findByRole('alert')).textContent).toContain('Line 2, Quantity: Too many. Line 1: Twice.');
  });

  it('is found by the names of its fields', () => expect(unreadIn({ a: '1', b: new Unread('x', 'Write a number') })).toEqual({ b: 'Write a number' }));
});

describe('a link to one of several kinds', () => {
  const subject: Field = { id: 'subject', name: 'subject', label: 'Subject', type: 'any_link', targets: ['company', 'contact'] };
  function Subject() {
    const [value, setValue] = useState<unknown>(null);
    return <><output>{value instanceof Unread ? `unread ${value.text}` : JSON.stringify(value)}</output><FormField field={subject} value={value} onChange={setValue} /></>;
  }
  it('keeps what names no record, and the kind that was chosen', async () => {
    await renderPage(<Subject />);
    await userEvent.click((await screen.findAllByLabelText('Subject: kind'))[0]!);
    await userEvent.click(await screen.findByRole('option', { name: 'Contact', hidden: true }));
    const input = screen.getAllByLabelText<HTMLInputElement>('Subject')[0]!;
    await userEvent.type(input, 'zzzz{Tab}');
    await waitFor(() => expect(screen.getByRole('status').textContent).toBe('unread zzzz'));
    expect(input.value).toBe('zzzz');
    expect(screen.getAllByLabelText<HTMLInputElement>('Subject: kind')[0]!.value).toBe('Contact');
  });
});

describe('a cell of a list', () => {
  const title = catalog.field('deal', 'title')!;
  it('stays open over what it cannot keep, and Escape gives it up', async () => {
    const save = vi.fn();
    const finish = vi.fn();
    await renderPage(<CellEditor field={title} value="Racks" onSave={save} onFinish={finish} />);
    await userEvent.clear(await screen.findByLabelText('Title'));
    await userEvent.keyboard('{Enter}');
    expect(screen.getByText('Fill in “Title”')).toBeDefined();
    expect(finish).not.toHaveBeenCalled();
    await userEvent.keyboard('{Escape}');
    expect(finish).toHaveBeenCalledOnce();
    expect(save).not.toHaveBeenCalled();
  });

  it('opens again with what the server refused', async () => {
    await renderPage(<CellEditor field={title} value="Racks" draft="Shelves" refusal="Taken" onSave={() => undefined} onFinish={() => undefined} />);
    expect((await screen.findByLabelText<HTMLInputElement>('Title')).value).toBe('Shelves');
    expect(screen.getByText('Taken')).toBeDefined();
  });
});
