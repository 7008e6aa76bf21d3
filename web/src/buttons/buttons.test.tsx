import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import type { RecordButton, RecordData } from '@/catalog/types';
import { CATALOG } from '@/test/catalog';
import { renderPage } from '@/test/render';
import { buttonsOf } from './shown';
import { usePress } from './usePress';

const catalog = new Catalog(CATALOG);
const deal = catalog.entity('deal')!;
const field = (name: string, type: unknown) => ({ node: 'field', of: { node: 'variable', variable: 0, type: { record: 'deal' } }, field: { entity: 'deal', id: name, name }, type });
const WON = { node: 'binary', operator: '==', left: field('stage', 'text'), right: { node: 'literal', value: 'won', type: 'text' }, type: 'boolean' };
const button = (more: Partial<RecordButton>): RecordButton => ({ script: 'acts', name: 'win', label: 'Win', confirm: '', on_list: false, when: null, parameters: [], ...more });

let calls: { path: string; body: unknown }[] = [];
let answer: () => Response = () => new Response();

beforeEach(() => {
  calls = [];
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    calls.push({ path, body: JSON.parse(String(init.body ?? '{}')) });
    return Promise.resolve(answer());
  });
});
afterEach(() => vi.unstubAllGlobals());

function Press({ one, ids = ['d1'] }: { one: RecordButton; ids?: string[] }) {
  const pressing = usePress(deal, ids);
  return <><button type="button" onClick={() => pressing.start(one)}>start</button>{pressing.dialog}</>;
}

const json = (status: number, body: unknown) => () => new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });

describe('buttons of scripts', () => {
  it('are there where their condition holds, and where it cannot be told here', () => {
    const entity = { ...deal, buttons: [button({}), button({ name: 'late', when: WON })] };
    const names = (record: object) => buttonsOf(catalog, entity, record as RecordData).map((one) => one.name);
    expect(names({ id: 'd1', stage: 'new' })).toEqual(['win']);
    expect(names({ id: 'd1' })).toEqual(['win', 'late']);
  });

  it('ask first, tell what is missing, and show at its place what the server refuses', async () => {
    answer = json(422, { status: 422, errors: [{ path: '/parameters/reason', code: 'x', message: 'Too short' }, { path: '', code: 'y', message: 'Not today' }] });
    await renderPage(<Press one={button({ confirm: 'Really?', parameters: [{ name: 'reason', label: 'Reason', type: 'text', required: true }, { name: 'day', label: 'Day', type: 'date' }] })} />);
    await userEvent.click(screen.getByText('start'));
    expect(await screen.findByText('Really?')).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Win' }));
    expect(await screen.findByText('Reason must be given')).toBeTruthy();
    expect(calls).toEqual([]);
    await userEvent.type(screen.getByLabelText(/Reason/), 'so');
    await userEvent.click(screen.getByRole('button', { name: 'Win' }));
    await waitFor(() => expect(calls).toEqual([{ path: '/api/records/deal/buttons/acts/win', body: { records: ['d1'], parameters: { reason: 'so' } } }]));
    expect(await screen.findByText('Too short')).toBeTruthy();
    expect(screen.getByText('Not today')).toBeTruthy();
  });

  it('are pressed at once for all marked records when they ask nothing', async () => {
    answer = json(200, { message: 'Done it', open: null, log: [] });
    await renderPage(<Press one={button({})} ids={['d1', 'd2']} />);
    await userEvent.click(screen.getByText('start'));
    await waitFor(() => expect(calls[0]?.body).toEqual({ records: ['d1', 'd2'], parameters: {} }));
  });
});
