import { describe, expect, it } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import { changeLanguage } from '@/i18n';
import { CATALOG } from '@/test/catalog';
import { crossOf, groundOf, heatOf } from './charts/cross';
import { modelOf, numberAt, shareOf } from './charts/model';
import { allOf, groupOf, listOf } from './drill';
import { hueOf } from '@/ui/hue';
import { axisOf, dateLabel, huesOf, keyOf } from './groups';
import type { ChartWidget, Item, ListWidget } from './types';

const catalog = new Catalog(CATALOG);
const month = { path: 'close_date', by: 'month' as const };
const count = { name: 'n', expression: 'count()' };
const ann = { id: 'a', title: 'Ann' };
const bob = { id: 'b', title: 'Bob' };
const model = (group_by: ChartWidget['group_by'], items: Item[], more: Partial<ChartWidget> = {}) => modelOf(catalog, { entity: 'deal', group_by, measures: [count], ...more }, items, 'Count');

describe('keys', () => {
  it('are called as people call them', async () => {
    expect(keyOf(axisOf(catalog, 'deal', 'stage'), 'won')).toMatchObject({ label: 'Won', hue: 'green', order: 4 });
    expect(keyOf(axisOf(catalog, 'deal', 'stage'), 'gone')).toMatchObject({ label: 'gone' });
    expect(keyOf(axisOf(catalog, 'deal', 'owner'), ann)).toMatchObject({ id: 'a', label: 'Ann' });
    expect(keyOf(axisOf(catalog, 'deal', 'owner'), null)).toMatchObject({ label: 'is empty', hue: 'slate' });
    expect(keyOf(axisOf(catalog, 'deal', 'company.active'), true)).toMatchObject({ label: 'Yes' });
    expect(keyOf(axisOf(catalog, 'deal', month), '2026-11-01')).toMatchObject({ label: 'November 2026', short: 'Nov' });
    expect([dateLabel('2026-01-01', 'month', true), dateLabel('2026-04-01', 'quarter'), dateLabel('2026-11-30', 'week', true)]).toEqual(['Jan 26', 'Q2 2026', '30 Nov']);
    await changeLanguage('ru');
    expect([dateLabel('2026-08-01', 'month', true), dateLabel('2026-06-01', 'month', true), dateLabel('2026-08-01', 'month')]).toEqual(['авг', 'июн', 'Август 2026']);
    await changeLanguage('en');
  });
  it('have hues of their own, or ones that nobody else has', () => {
    const hues = huesOf([{ id: '1', label: 'x', short: 'x', hue: 'blue' }, { id: '2', label: 'y', short: 'y' }, { id: '3', label: 'z', short: 'z' }]);
    expect(hues[0]).toBe('blue');
    expect(new Set(hues).size).toBe(3);
    // A person keeps the hue of the avatar whoever else is there, unless somebody has it already.
    const people = ['Anna Kotova', 'Dmitry Orlov'].map((label) => ({ id: label, label, short: label, isRecord: true }));
    expect(huesOf(people)).toEqual([hueOf('Anna Kotova'), hueOf('Dmitry Orlov')]);
    expect(huesOf(people.slice(1))).toEqual([hueOf('Dmitry Orlov')]);
    expect(new Set(huesOf([people[0]!, { ...people[0]!, id: 'other' }])).size).toBe(2);
  });
});

describe('a chart', () => {
  it('has months without records, in their order, and none beyond', () => {
    const found = model([month], [{ close_date: '2026-11-01', n: 3 }, { close_date: '2026-08-01', n: 1 }, { close_date: null, n: 2 }]);
    expect(found.keys.map((key) => key.id)).toEqual(['2026-08-01', '2026-09-01', '2026-10-01', '2026-11-01', '\u0000']);
    expect(found.keys.map((_, at) => numberAt(found.series[0]!, at))).toEqual([1, null, null, 3, 2]);
  });
  it('does not fill up centuries', () => {
    expect(model([{ path: 'close_date', by: 'day' }], [{ close_date: '1026-01-01', n: 1 }, { close_date: '2026-01-01', n: 1 }]).keys).toHaveLength(2);
  });
  it('has choices in their order unless the document sorts', () => {
    const items = [{ stage: 'won', n: 5 }, { stage: null, n: 1 }, { stage: 'new', n: 2 }];
    expect(model(['stage'], items).keys.map((key) => key.label)).toEqual(['New', 'Won', 'is empty']);
    expect(model(['stage'], items, { sort: ['-n'] }).keys.map((key) => key.label)).toEqual(['Won', 'is empty', 'New']);
  });
  it('has a series of each value of the second group, each group at its place', () => {
    const found = model([month, 'owner'], [{ close_date: '2026-10-01', owner: ann, n: 1 }, { close_date: '2026-11-01', owner: bob, n: 2, _filter: 'x' }]);
    expect(found.series.map((series) => [series.name, series.items.map((item) => item?.n)])).toEqual([['Ann', [1, undefined]], ['Bob', [undefined, 2]]]);
    expect(found.series[1]!.items[1]!._filter).toBe('x');
  });
  it('has a series of each measure where there is one group', () => {
    const found = model(['stage'], [{ stage: 'new', n: 1, a: '10' }], { measures: [count, { name: 'a', expression: 'sum(amount)' }] });
    expect(found.series.map((series) => [series.name, series.format.type, numberAt(series, 0)])).toEqual([['Count', 'integer', 1], ['Amount', 'money', 10]]);
  });
  it('shares nothing of nothing', () => {
    expect([shareOf(1, 4), shareOf(1, 0), shareOf(null, 4)]).toEqual(['0.25', null, null]);
  });
});

describe('a cross table', () => {
  const items: Item[] = [{ owner: bob, close_date: '2026-11-01', n: 4 }, { owner: ann, close_date: '2026-09-01', n: 2 }, { owner: ann, close_date: '2026-11-01', n: 8 }];
  it('has every cell at its row and column', () => {
    const cross = crossOf(catalog, 'deal', ['owner'], [month], items);
    expect(cross.columns.map((column) => column.id)).toEqual(['2026-09-01', '2026-10-01', '2026-11-01']);
    expect(cross.rows.map((row) => cross.columns.map((column) => cross.cell(row, column)?.n))).toEqual([[undefined, undefined, 4], [2, undefined, 8]]);
  });
  it('keeps rows of several keys together', () => {
    const cross = crossOf(catalog, 'deal', ['stage', 'owner'], [], [{ stage: 'won', owner: ann, n: 1 }, { stage: 'new', owner: bob, n: 2 }, { stage: 'won', owner: bob, n: 3 }, { stage: 'new', owner: ann, n: 4 }]);
    expect(cross.rows.map((row) => row.keys.map((key) => key.label))).toEqual([['New', 'Ann'], ['New', 'Bob'], ['Won', 'Ann'], ['Won', 'Bob']]);
  });
  it('is the warmer the larger a number is', () => {
    const heat = heatOf(items, 'n');
    expect([heat(items[2]), heat(items[0]), heat(undefined)]).toEqual([1, 0.5, 0]);
    expect(heatOf([{ n: 0 }], 'n')({ n: 0 })).toBe(0);
    expect(groundOf(0)).toBeUndefined();
  });
});

describe('the way to the records', () => {
  it('is the condition of the group, or of all', () => {
    expect(groupOf({ _filter: 'stage == "won"' }, 'Won')).toEqual({ view: 'all', where: 'stage == "won"', behind: 'Won' });
    expect(groupOf({ _filter: 'true' }, 'All')).toEqual({ view: 'all' });
    expect(groupOf({ _filter: null }, 'x')).toBeUndefined();
    expect(groupOf(undefined, 'x')).toBeUndefined();
    expect(allOf(null, 'x')).toEqual({ view: 'all' });
  });
  it('of a list keeps its columns and its order', () => {
    const list = { columns: ['name', 'city'], sort: ['-city'] } as ListWidget;
    expect(listOf(list, 'active', undefined, 'L')).toEqual({ view: 'all', where: 'active', behind: 'L', cols: 'name,city', sort: '-city' });
    expect(listOf({ ...list, columns: [] }, null, ['name'], 'L')).toEqual({ view: 'all', sort: 'name' });
  });
});
