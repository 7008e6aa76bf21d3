import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { type ReactNode, useState } from 'react';
import { expect, it, vi } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import { CATALOG } from '@/test/catalog';
import { renderPage } from '@/test/render';
import { Canvas } from '../dashboards/Canvas';
import { Properties } from '../dashboards/properties/Properties';
import { type Board, BoardProvider } from '../dashboards/useBoard';
import { type ChartDoc, type DashboardDoc, type ListDoc, type WidgetDoc, withWidget } from '../model/dashboard';
import type { MeasureDoc, Problem } from '../model/types';

const catalog = new Catalog(CATALOG);
const measures: MeasureDoc[] = [
  { kind: 'measure', name: 'won', label: { en: 'Won' }, entity: 'deal', expression: 'sum(amount)', date: 'close_date', person: 'owner' },
  { kind: 'measure', name: 'people', label: { en: 'People' }, entity: 'contact', expression: 'count()' },
];
const views = CATALOG.entities.map((one) => ({ name: one.name, key: `entity/${one.name}`, label: one.label, doc: { kind: 'entity', name: one.name, plural: { en: one.plural }, fields: one.fields.map(({ name, type, label }) => ({ name, type, label: { en: label } })) }, system: Boolean(one.system), readOnly: false, builtIn: [] }));
const studio = { language: 'en', measures, documents: [], entities: views, datasetViews: [], draftCatalog: () => catalog, entity: (name?: string) => views.find((one) => one.name === name), entityLabel: (name: string) => name };
vi.mock('../state/StudioProvider', () => ({ useStudio: () => studio }));
vi.mock('../state/api', () => ({ languageFunctions: async () => [], checkExpression: async () => ({}), mistakesOf: () => [] }));
// What jsdom does not measure.
vi.mock('@/dashboards/DashboardGrid', () => ({ useWidth: () => [{ current: null }, 1200] }));
vi.mock('@/dashboards/widgets/WidgetView', () => ({ WidgetView: () => null }));

const CHART: ChartDoc = { type: 'chart', name: 'c', place: { x: 0, y: 0, width: 6, height: 4 }, entity: 'deal', chart: 'bar', group_by: ['stage'], measures: [{ name: 'count', label: { en: 'Count', ru: 'Количество' }, expression: 'count()' }], date: 'close_date' };
const LIST: ListDoc = { type: 'list', name: 'l', place: { x: 6, y: 0, width: 6, height: 4 }, entity: 'company', columns: ['name'], sort: ['-created_at'] };

/** The board over a document that lives here. */
async function shown(node: ReactNode, doc: DashboardDoc, chosen?: string, problems: Problem[] = []) {
  const now = { doc };
  function Host() {
    const [state, setState] = useState(doc);
    const [name, choose] = useState(chosen);
    now.doc = state;
    const widgets = state.widgets ?? [];
    const start = `/widgets/${widgets.findIndex((one) => one.name === name)}`;
    const board: Board = {
      doc: state, widgets, chosen: widgets.find((one) => one.name === name), choose, save: setState, change: (widget) => setState(withWidget(state, widget)), problems, isWaiting: false, values: {}, setValues: () => undefined,
      problemsOf: () => problems.filter((one) => one.path.startsWith(start)).map((one) => ({ ...one, path: one.path.slice(start.length) })),
    };
    return <BoardProvider value={board}>{node}</BoardProvider>;
  }
  await renderPage(<Host />);
  await waitFor(() => expect(document.querySelector('button')).toBeTruthy());
  const click = (name: RegExp | string, role = 'button') => fireEvent.click(screen.getByRole(role, { name }));
  /** Chooses in the attribute tree, through links by their arrows. */
  const pick = async (name: RegExp | string, ...steps: string[]) => {
    click(name);
    const tree = within(await waitFor(() => document.querySelector<HTMLElement>('.field-picker')!));
    for (const [at, label] of steps.entries()) fireEvent.click(at < steps.length - 1 ? tree.getByLabelText(new RegExp(label)) : tree.getByText(label));
  };
  const choose = (label: string, option: string) => {
    fireEvent.click(screen.getAllByLabelText(label).find((one) => one.tagName === 'INPUT')!);
    fireEvent.click(screen.getByRole('option', { name: option }));
  };
  return { click, pick, choose, widget: (name = chosen) => now.doc.widgets!.find((one) => one.name === name) as WidgetDoc & Record<string, unknown>, now };
}
const dashboard = (widgets: WidgetDoc[], filters?: DashboardDoc['filters']): DashboardDoc => ({ kind: 'dashboard', id: 'd', name: 'sales', label: { en: 'Sales' }, widgets, filters });

it('draws a chart by mouse: its kind, groups along a link and by month, numbers named by their field', async () => {
  const { click, pick, choose, widget } = await shown(<Properties />, dashboard([CHART]), 'c');
  await pick(/^Along the axis/, 'Close date');
  expect(widget().group_by).toEqual([{ path: 'close_date', by: 'month' }]);
  choose('Along the axis: period', 'by quarter');
  expect(widget().group_by).toEqual([{ path: 'close_date', by: 'quarter' }]);
  await pick(/^Split into/, 'Company', 'City');
  expect(widget().group_by).toEqual([{ path: 'close_date', by: 'quarter' }, 'company.city']);
  choose('What is counted', 'Sum of');
  await pick(/^Of the field/, 'Amount');
  expect(widget().measures).toEqual([{ name: 'count', expression: 'sum(amount)', label: { en: 'Amount' }, format: { type: 'money', scale: 0 } }]);
  click('On top of each other', 'switch');
  expect(widget().stacked).toBe(true);
  click('Pie', 'radio');
  expect(widget()).toMatchObject({ chart: 'pie', group_by: [{ path: 'close_date', by: 'quarter' }], stacked: undefined });
});

it('tells at its control what the server finds wrong with a widget', async () => {
  await shown(<Properties />, dashboard([CHART]), 'c', [{ path: '/widgets/0/group_by/0', code: 'x', message: 'No such field.' }]);
  expect((await screen.findAllByText('No such field.')).length).toBe(2);
});

it('says of an indicator which it is, of which period, and with a line of the past', async () => {
  const indicator: WidgetDoc = { type: 'indicator', name: 'i', place: { x: 0, y: 0, width: 3, height: 2 }, measure: 'won' };
  const { click, choose, widget } = await shown(<Properties />, dashboard([indicator]), 'i');
  choose('Period', 'This quarter');
  click('Line of past periods', 'switch');
  expect(widget()).toMatchObject({ period: 'this_quarter', trend: { by: 'month', periods: 6 } });
  choose('Indicator', 'People');
  // What the other one has not is gone.
  expect(widget()).toEqual({ ...indicator, measure: 'people' });
  expect(screen.queryByRole('switch', { name: 'Line of past periods' })).toBeNull();
});

it('lists records in chosen columns, ordered by a field, and takes away the date that the period acts on', async () => {
  const { click, pick, widget } = await shown(<Properties />, dashboard([LIST]), 'l');
  await pick('Column', 'City');
  expect(widget().columns).toEqual(['name', 'city']);
  await pick(/^Order/, 'Phone');
  click('Greatest first');
  expect(widget().sort).toEqual(['phone']);
  click('Remove the column Name');
  expect(widget().columns).toEqual(['city']);
});

it('adds filters that act where there is one way, and turns one off for a widget', async () => {
  const { click, now, choose } = await shown(<Properties />, dashboard([CHART]));
  const add = async (name: string) => {
    click('Filter');
    fireEvent.click(await screen.findByRole('menuitem', { name }));
  };
  await add('Period');
  await add('Field');
  expect(now.doc.filters).toMatchObject([{ name: 'period', type: 'period' }, { name: 'stage', type: 'field', entity: 'deal', field: 'stage' }]);
  choose('Records of', 'Company');
  choose('Field', 'City');
  expect(now.doc.filters![1]).toMatchObject({ name: 'city', entity: 'company', field: 'city', label: { en: 'City' } });
  expect(now.doc.widgets![0]!.filters).toEqual({ city: 'company.city' });
  click('Remove the filter City');
  expect([now.doc.filters!.length, now.doc.widgets![0]!.filters]).toEqual([1, undefined]);
});

it('shows the way of each filter to a widget, and takes it off', async () => {
  const { widget } = await shown(<Properties />, dashboard([CHART], [{ name: 'period', type: 'period' }, { name: 'stage', type: 'field', entity: 'deal', field: 'stage' }]), 'c');
  const section = screen.getByRole('region', { name: 'Filters that act on it' });
  expect(within(section).getByText('Close date')).toBeTruthy();
  fireEvent.click(within(section).getByLabelText('Stage acts'));
  expect(widget().filters).toEqual({ stage: null });
  fireEvent.click(within(section).getByLabelText('Stage acts'));
  expect(widget().filters).toBeUndefined();
});

it('moves, resizes and removes by keys, and says so', async () => {
  const { click, now } = await shown(<Canvas />, dashboard([CHART, LIST]));
  const cover = (name: RegExp) => screen.findByRole('button', { name });
  const chart = await cover(/^Deals, Chart/);
  act(() => chart.focus());
  const place = (at: number) => Object.values(now.doc.widgets![at]!.place);
  fireEvent.keyDown(chart, { key: 'ArrowLeft', shiftKey: true });
  expect(place(0)).toEqual([0, 0, 5, 4]);
  expect(screen.getByRole('status').textContent).toBe('Deals: column 1, row 1, 5 wide, 4 high');
  fireEvent.keyDown(chart, { key: 'ArrowRight' });
  expect([place(0), place(1)]).toEqual([[1, 0, 5, 4], [6, 0, 6, 4]]);
  fireEvent.keyDown(chart, { key: 'ArrowUp' });
  expect(screen.getByRole('status').textContent).toBe('Deals goes no further');
  // The same by the menu.
  fireEvent.click(chart);
  click('Place and size');
  fireEvent.click(await screen.findByRole('menuitem', { name: 'Taller' }));
  expect(place(0)).toEqual([1, 0, 5, 5]);
  fireEvent.keyDown(chart, { key: 'Delete' });
  await waitFor(() => expect(now.doc.widgets!.map((one) => one.name)).toEqual(['l']));
  expect(screen.getByRole('status').textContent).toBe('Deals is removed');
});
