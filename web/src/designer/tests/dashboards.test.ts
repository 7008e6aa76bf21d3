import { describe, expect, it } from 'vitest';
import type { Entity, Field } from '@/catalog/types';
import { COLUMNS } from '@/dashboards/grid';
import { acting, type ChartDoc, copied, type DashboardDoc, fitting, type TextDoc, type WidgetDoc, withFilters } from '../model/dashboard';
import { arranged, type Direction, dropped, freePlace, moved, resized, without } from '../model/dashboardPlaces';
import { started } from '../model/dashboardStart';
import { diffDocs } from '../model/diff';
import { follow } from '../model/rename';
import type { EntityDoc, MeasureDoc } from '../model/types';
import { usesOfEntity, usesOfField } from '../model/usage';

const text = (name: string, x: number, y: number, width: number, height: number): TextDoc => ({ type: 'text', name, place: { x, y, width, height }, text: {} });
const places = (widgets: WidgetDoc[]) => Object.fromEntries(widgets.map(({ name, place }) => [name, [place.x, place.y, place.width, place.height]]));

/** Fails where two lie over one another or one reaches out of the grid. */
function tidy(widgets: WidgetDoc[]) {
  for (const one of widgets) {
    const { x, y, width, height } = one.place;
    expect(x >= 0 && y >= 0 && width >= 1 && height >= 1 && x + width <= COLUMNS, one.name).toBe(true);
    for (const other of widgets) {
      if (other.name <= one.name) continue;
      const apart = x + width <= other.place.x || other.place.x + other.place.width <= x || y + height <= other.place.y || other.place.y + other.place.height <= y;
      expect(apart, `${one.name} and ${other.name}`).toBe(true);
    }
  }
}

describe('places', () => {
  const board = () => [text('a', 0, 0, 6, 2), text('b', 6, 0, 6, 2), text('c', 0, 2, 12, 3)];

  it('finds the first free place, in a gap before the end', () => {
    expect(freePlace([], { width: 3, height: 2 })).toEqual({ x: 0, y: 0, width: 3, height: 2 });
    expect(freePlace(board(), { width: 3, height: 2 })).toEqual({ x: 0, y: 5, width: 3, height: 2 });
    expect(freePlace([text('a', 0, 0, 3, 2), text('c', 0, 2, 12, 1)], { width: 4, height: 2 })).toEqual({ x: 3, y: 0, width: 4, height: 2 });
    expect(freePlace([text('a', 0, 0, 3, 2), text('c', 0, 2, 12, 1)], { width: 10, height: 2 }).y).toBe(3);
  });

  it('moves by a step aside and past what lies above or below, never over another', () => {
    expect(places(moved(board(), 'c', 'up'))).toEqual({ c: [0, 0, 12, 3], a: [0, 3, 6, 2], b: [6, 3, 6, 2] });
    expect(places(moved(board(), 'a', 'down'))).toMatchObject({ c: [0, 2, 12, 3], a: [0, 5, 6, 2], b: [6, 0, 6, 2] });
    tidy(moved(board(), 'a', 'right'));
    const widgets = board();
    expect([moved(widgets, 'a', 'left'), moved(widgets, 'a', 'up'), moved(widgets, 'c', 'down'), moved(widgets, 'b', 'right')].every((one) => one === widgets)).toBe(true);
  });

  it('grows over nothing and stops at the edges', () => {
    const wider = resized(board(), 'a', 'right');
    expect(places(wider).a).toEqual([0, 0, 7, 2]);
    tidy(wider);
    const taller = resized(board(), 'a', 'down');
    expect(places(taller)).toMatchObject({ a: [0, 0, 6, 3], c: [0, 3, 12, 3] });
    const widgets = [text('a', 0, 0, 12, 1)];
    expect([resized(widgets, 'a', 'right'), resized(widgets, 'a', 'up')].every((one) => one === widgets)).toBe(true);
  });

  it('stays without overlaps whatever the keys are', () => {
    const directions: Direction[] = ['left', 'right', 'up', 'down'];
    let widgets: WidgetDoc[] = [text('a', 0, 0, 3, 2), text('b', 3, 0, 3, 2), text('c', 6, 0, 6, 5), text('d', 0, 2, 6, 3), text('e', 0, 5, 12, 2)];
    let seed = 7;
    const next = (of: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % of;
    for (let at = 0; at < 400; at += 1) {
      const name = 'abcde'[next(5)]!;
      widgets = (next(3) ? moved : resized)(widgets, name, directions[next(4)]!);
      tidy(widgets);
    }
  });

  it('puts a dropped one where it was let go, and closes up what a removed one leaves', () => {
    const widgets = dropped(board(), text('d', 0, 0, 4, 2), { x: 10, y: 0 });
    expect(places(widgets).d).toEqual([8, 0, 4, 2]);
    tidy(widgets);
    expect(places(without(board(), 'a'))).toEqual({ b: [6, 0, 6, 2], c: [0, 2, 12, 3] });
    expect(places(without(without(board(), 'a'), 'b'))).toEqual({ c: [0, 0, 12, 3] });
    const same = board();
    expect(arranged(same, same.map(({ name, place }) => ({ i: name, x: place.x, y: place.y, w: place.width, h: place.height })))).toBe(same);
  });
});

const field = (name: string, type: Field['type'], rest: Partial<Field> = {}): Field => ({ id: name, name, label: name.charAt(0).toUpperCase() + name.slice(1), type, ...rest });
const attributes = [field('owner', 'user', { system: true, target: 'user' }), field('created_at', 'datetime', { system: true })];
const entity = (fields: Field[]): Entity => ({ id: 'deal', name: 'deal', label: 'Deal', plural: 'Deals', operations: { read: true, create: true, update: true, delete: true }, title: 'title', fields: [...fields, ...attributes] });
const DOC: EntityDoc = {
  kind: 'entity', name: 'deal', plural: { en: 'Deals', ru: 'Сделки' },
  fields: [{ name: 'number', type: 'integer', unique: true, label: { en: 'Number' } }, { name: 'stage', type: 'choice', label: { en: 'Stage', ru: 'Этап' } }, { name: 'amount', type: 'money', label: { en: 'Amount', ru: 'Сумма' } }],
};
const DEAL = entity([field('title', 'text'), field('number', 'integer'), field('stage', 'choice'), field('amount', 'money', { currency: 'USD' }), field('close_date', 'date'), field('notes', 'long_text')]);
const empty: DashboardDoc = { kind: 'dashboard', id: 'd', name: 'sales', label: { en: 'Sales' }, widgets: [] };

describe('the start of an entity', () => {
  it('counts, adds up, tells by month and by stage and lists, with filters of period and person', () => {
    const { dashboard, measures } = started(empty, { entity: DEAL, doc: DOC, language: 'en' }, []);
    tidy(dashboard.widgets!);
    expect(measures.map(({ label, expression, date, person, format }) => [label?.en, label?.ru, expression, date, person, format?.type])).toEqual([
      ['Deals', 'Сделки', 'count()', 'close_date', 'owner', undefined], ['Deals: amount', 'Сделки: сумма', 'sum(amount)', 'close_date', 'owner', 'money'],
    ]);
    expect(dashboard.widgets!.map((one) => one.type)).toEqual(['indicator', 'indicator', 'chart', 'chart', 'list']);
    expect(dashboard.widgets!.slice(0, 2).map((one) => one.type === 'indicator' && one.measure)).toEqual(measures.map((one) => one.name));
    expect(dashboard.widgets![2]).toMatchObject({ chart: 'bar', group_by: [{ path: 'close_date', by: 'month' }], measures: [{ expression: 'sum(amount)', label: { ru: 'Сумма' } }], date: 'close_date', person: 'owner' });
    expect(dashboard.widgets![3]).toMatchObject({ chart: 'funnel', group_by: ['stage'], measures: [{ expression: 'count()' }], label: { ru: 'Этап' } });
    expect(dashboard.widgets![4]).toMatchObject({ columns: ['title', 'stage', 'amount', 'close_date'], sort: ['-created_at'] });
    expect(dashboard.filters!.map((one) => one.type)).toEqual(['period', 'person']);
    expect(new Set(dashboard.widgets!.map((one) => one.name)).size).toBe(5);
  });

  it('takes indicators that are there, and makes do with an entity of nothing but a name', () => {
    const known: MeasureDoc[] = [
      { kind: 'measure', name: 'all', entity: 'deal', expression: 'count( )' }, { kind: 'measure', name: 'won', entity: 'deal', expression: 'sum(amount)', filter: 'stage == "won"' },
      { kind: 'measure', name: 'calls', entity: 'call', expression: 'count()' },
    ];
    const { dashboard, measures } = started(empty, { entity: DEAL, doc: DOC, language: 'en' }, known);
    expect(measures.map((one) => one.expression)).toEqual(['sum(amount)']);
    expect(dashboard.widgets!.flatMap((one) => (one.type === 'indicator' ? [one.measure] : []))).toEqual(['all', measures[0]!.name, 'won']);
    const bare: Entity = { ...entity([field('title', 'text')]), fields: [field('title', 'text')] };
    const poor = started(empty, { entity: bare, doc: { kind: 'entity', name: 'deal' }, language: 'ru' }, []);
    expect(poor.dashboard.widgets!.map((one) => [one.type, one.place.width])).toEqual([['indicator', 12], ['list', 12]]);
    expect([poor.dashboard.filters, poor.measures[0]!.label]).toEqual([undefined, { ru: 'Deals' }]);
    tidy(poor.dashboard.widgets!);
  });
});

describe('changes of a dashboard', () => {
  const chart: ChartDoc = { type: 'chart', name: 'c', place: { x: 0, y: 0, width: 6, height: 4 }, entity: 'deal', chart: 'bar', stacked: true, group_by: ['stage', 'owner'], measures: [{ name: 'sum', expression: 'sum(amount)' }], sort: ['-sum', 'owner'] };

  it('keeps of a chart what another one can show', () => {
    expect(fitting({ ...chart, chart: 'pie' })).toMatchObject({ group_by: ['stage'], sort: ['-sum'], stacked: undefined });
    expect(fitting({ ...chart, chart: 'line' })).toMatchObject({ group_by: ['stage', 'owner'], stacked: true });
    const second = { name: 'count', expression: 'count()' };
    expect(fitting({ ...chart, chart: 'scatter' }, second)).toMatchObject({ group_by: ['stage'], measures: [{ name: 'sum' }, second] });
    expect(fitting({ ...chart, measures: [...chart.measures, second] }).measures).toHaveLength(1);
  });

  it('says by which path a filter acts, and forgets filters that are gone', () => {
    const other = acting(acting(chart, 'country', 'company.country'), 'city', null);
    expect(other.filters).toEqual({ country: 'company.country', city: null });
    expect(acting(acting(other, 'country', undefined), 'city', undefined).filters).toBeUndefined();
    const doc = { ...empty, widgets: [other], filters: [{ name: 'country', type: 'field' as const }, { name: 'city', type: 'field' as const }] };
    expect(withFilters(doc, [doc.filters[1]!]).widgets![0]!.filters).toEqual({ city: null });
    expect(withFilters(doc, []).filters).toBeUndefined();
  });

  it('copies under another name and identity', () => {
    const doc = { ...empty, widgets: [chart] };
    const copy = copied(doc, ['sales', 'sales_copy']);
    expect([copy.name, copy.label, copy.id === doc.id, copy.widgets]).toEqual(['sales_copy_2', { en: 'Sales (copy)', ru: 'Sales (копия)' }, false, doc.widgets]);
  });

  it('is told before a publish, and follows what is renamed', () => {
    const before: DashboardDoc = { ...empty, widgets: [chart, text('t', 6, 0, 6, 4)] };
    expect(diffDocs(before, { ...before, widgets: [chart, text('t', 6, 0, 6, 5)] }).map((one) => one.code)).toEqual(['widgetsMoved']);
    const after: DashboardDoc = { ...before, roles: ['sales'], widgets: [{ ...chart, chart: 'row' }, text('u', 6, 0, 6, 4)], filters: [{ name: 'period', type: 'period' }] };
    expect(diffDocs(before, after).map((one) => one.code)).toEqual(['widgetChanged', 'widgetAdded', 'widgetRemoved', 'dashboardFilters', 'audience']);
    expect(follow(before, new Map([['deal', 'bargain']])).widgets![0]).toMatchObject({ entity: 'bargain' });
    expect(follow(before, new Map([['company', 'client']]))).toBe(before);
    expect(usesOfEntity('deal', [before])).toMatchObject([{ document: 'dashboard/sales', as: 'dashboard' }]);
    const uses = (name: string) => usesOfField({ kind: 'entity', name: 'deal' }, { name, type: 'money' }, [before]).length;
    expect([uses('amount'), uses('stage'), uses('title'), uses('bar_code')]).toEqual([1, 1, 0, 0]);
  });
});
