import { describe, expect, it } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import type { CatalogData, Entity, Field } from '@/catalog/types';
import { CATALOG } from '@/test/catalog';
import { addColumn, addJoin, addPart, byUnit, groupedBy, hintsOf, joinName, newDataset, orderColumns, removeColumn, removeJoin, removePart, renameColumn, renamed, renameJoin, setEntity, setHow, setType, settledName, setValue, unitOf } from '../model/dataset';
import { fitsDataset, joinLabel, partScope, readable, readBy, rowScope, ways, withDatasets } from '../model/datasetScope';
import { diffDocs } from '../model/diff';
import { follow, renamesOf } from '../model/rename';
import { readTerm, termOf } from '../model/terms';
import type { DatasetDoc, EntityDoc } from '../model/types';
import { usesOfEntity, usesOfField } from '../model/usage';

const field = (name: string, type: Field['type'], rest: Partial<Field> = {}): Field => ({ id: `f_${name}`, name, label: name.charAt(0).toUpperCase() + name.slice(1), type, ...rest });
const entity = (name: string, label: string, fields: Field[]): Entity => ({ id: name, name, label, plural: `${label}s`, operations: { read: true, create: true, update: true, delete: true }, title: 'title', fields });
const DATA: CatalogData = {
  ...CATALOG,
  entities: [
    entity('deal', 'Deal', [field('title', 'text'), field('amount', 'money', { currency: 'USD' }), field('close_date', 'date'), field('items', 'children', { target: 'line' }), field('company', 'link', { target: 'company' })]),
    entity('line', 'Line', [field('title', 'text'), field('quantity', 'integer'), field('returns', 'inverse', { target: 'return' })]),
    entity('return', 'Return', [field('title', 'text')]),
    entity('company', 'Company', [field('title', 'text'), field('deals', 'inverse', { target: 'deal' })]),
  ],
};
const catalog = new Catalog(DATA);

/** Deals by month with their sum, count and average. */
const sales = (): DatasetDoc => ({
  kind: 'dataset', id: 's', name: 'sales', label: { en: 'Sales' }, having: 'amount > 1 && month != "amount"', title: 'month',
  parts: [{ entity: 'deal', filter: 'amount > 0', values: { month: 'close_date.start_of("month")', amount: 'amount' } }],
  fields: [
    { id: 'm', name: 'month', label: { en: 'Month', ru: 'Месяц' } }, { id: 'a', name: 'amount', aggregate: 'sum' },
    { id: 'd', name: 'deals', aggregate: 'count' }, { id: 'v', name: 'average', type: 'money', expression: 'amount / deals' },
  ],
});

describe('a new dataset', () => {
  it('begins with a column of its entity, under names made of the labels', () => {
    const doc = newDataset({ en: 'Sales by month', ru: 'Продажи' }, {}, 'chart-bar', 'deal', { path: 'title' }, ['sales_by_month']);
    expect(doc).toMatchObject({ name: 'sales_by_month_2', plural: { en: 'Sales by month' }, parts: [{ entity: 'deal', values: { title: 'title' } }], fields: [{ name: 'title' }] });
    expect(newDataset({ ru: 'Продажи' }, {}, 'x', 'deal', { path: 'owner' }, []).fields[0]!.name).toBe('owner_1');
  });
});

describe('columns', () => {
  it('are named after their label or what they take, each unlike the others', () => {
    const doc = addColumn(addColumn(sales(), {}, ['company.title']), { ru: 'Сумма' }, [], { aggregate: 'count' });
    expect(doc.fields.slice(-2).map((column) => column.name)).toEqual(['title', 'summa']);
    expect(doc.parts[0]!.values).toMatchObject({ title: 'company.title' });
    expect(addColumn(doc, {}, ['company.title']).fields.at(-1)!.name).toBe('title_2');
  });
  it('take another name with their label until they are published', () => {
    const doc = { ...sales(), fields: sales().fields.map((column) => (column.id === 'm' ? { ...column, label: { en: 'Period' } } : column)) };
    expect(settledName(doc, 'month', undefined)).toBe('period');
    expect(settledName(doc, 'month', sales())).toBe('month');
    expect(settledName(doc, 'amount', undefined)).toBe('amount');
  });
  it('are renamed wherever the dataset speaks of them, but not in texts', () => {
    const doc = renameColumn(sales(), 'amount', 'total');
    expect(doc.parts[0]).toEqual({ entity: 'deal', filter: 'amount > 0', values: { month: 'close_date.start_of("month")', total: 'amount' } });
    expect(doc.fields[3]!.expression).toBe('total / deals');
    expect(doc.having).toBe('total > 1 && month != "amount"');
    expect(renameColumn(sales(), 'month', 'period').title).toBe('period');
    expect(renamed('a.amount + amount_2 + amount', 'amount', 'x')).toBe('a.amount + amount_2 + x');
  });
  it('leave no value behind in any part', () => {
    const two = setValue(addPart(sales(), 'company'), 1, 'month', 'title');
    const doc = removeColumn(two, 'month');
    expect(doc.parts.map((part) => part.values)).toEqual([{ amount: 'amount' }, undefined]);
    expect(doc.title).toBeUndefined();
    expect(orderColumns(sales(), ['average', 'deals', 'amount', 'month']).fields.map((column) => column.id)).toEqual(['v', 'd', 'a', 'm']);
  });
  it('that are calculated take nothing, and lose digits with their type', () => {
    const doc = setHow(sales(), 'amount', 'calculated');
    expect(doc.fields[1]).toMatchObject({ aggregate: undefined, expression: '' });
    expect(doc.parts[0]!.values).not.toHaveProperty('amount');
    expect(setHow(sales(), 'average', 'max').fields[3]).toMatchObject({ aggregate: 'max', expression: undefined });
    const money = setType(sales(), 'amount', 'money', 'USD').fields[1]!;
    expect(money).toMatchObject({ type: 'money', currency: 'USD' });
    expect(setType({ ...sales(), fields: [{ ...money, scale: 3 }] }, 'amount', 'integer').fields[0]).toMatchObject({ type: 'integer', scale: undefined, currency: undefined });
  });
  it('say what the rows are grouped by', () => {
    expect(groupedBy(sales())?.map((column) => column.name)).toEqual(['month']);
    expect(groupedBy({ ...sales(), fields: sales().fields.filter((column) => !column.aggregate) })).toBeUndefined();
    expect(groupedBy({ ...sales(), fields: [sales().fields[2]!] })).toEqual([]);
  });
  it('take dates by a unit, and are read back', () => {
    expect(byUnit('close_date', 'month', false)).toBe('close_date.start_of("month")');
    expect(byUnit('created_at', 'year', true)).toBe('date(created_at).start_of("year")');
    for (const [unit, instant] of [['month', false], ['day', true], ['week', true]] as const) expect(unitOf(byUnit('a.b', unit, instant))).toEqual({ path: 'a.b', unit });
    expect(unitOf('close_date')).toEqual({ path: 'close_date', unit: undefined });
  });
});

describe('terms over many records', () => {
  it('are read back as what was picked', () => {
    for (const [path, act] of [['items', 'count'], ['items.quantity', 'sum'], ['company.deals.amount', 'sum']] as const) expect(readTerm(termOf(catalog, 'deal', path))).toEqual({ path, act });
    expect(readTerm('items.sum(|i| i.quantity * 2)')).toBeUndefined();
    expect(readTerm('close_date.month()')).toBeUndefined();
  });
});

describe('parts and joins', () => {
  const joined = () => addJoin(addJoin(sales(), 0, { name: 'line', through: 'items' }), 0, { name: 'back', through: 'line.returns', optional: true });
  it('come and go, the last part staying', () => {
    const two = addPart(sales(), 'company');
    expect(removePart(two, 0).parts).toEqual([{ entity: 'company' }]);
    expect(removePart(sales(), 0)).toEqual(sales());
    expect(setEntity(sales(), 0, 'company').parts[0]).toEqual({ entity: 'company' });
    expect(setEntity(sales(), 0, 'deal')).toEqual(sales());
  });
  it('are named unlike the fields of the record and other joins', () => {
    expect(joinName('line', joined().parts[0]!, ['title'])).toBe('line_2');
    expect(joinName('title', sales().parts[0]!, ['title'])).toBe('title_2');
  });
  it('rename a join in further joins, conditions and values', () => {
    const doc = renameJoin(setValue(joined(), 0, 'month', 'line.title + "line"'), 0, 0, 'item');
    expect(doc.parts[0]!.joins).toEqual([{ name: 'item', through: 'items' }, { name: 'back', through: 'item.returns', optional: true }]);
    expect(doc.parts[0]!.values!.month).toBe('item.title + "line"');
  });
  it('take with a join what reads it', () => {
    const doc = removeJoin(setValue(setValue(joined(), 0, 'month', 'back.title'), 0, 'amount', 'line.quantity'), 0, 0);
    expect(doc.parts[0]).toEqual({ entity: 'deal', filter: 'amount > 0', joins: undefined, values: undefined });
  });
  it('hint at what is missing', () => {
    const doc = setHow(setValue(addPart(sales(), 'company'), 0, 'month', undefined), 'average', 'value');
    expect(hintsOf(doc)).toEqual([{ text: 'hint_value', column: 'month' }, { text: 'hint_value', column: 'average' }, { text: 'hint_part', part: 1 }]);
    expect(hintsOf(addJoin(sales(), 0, { name: 'x', entity: 'company' }))).toEqual([{ text: 'hint_pairs', part: 0 }]);
    expect(hintsOf(sales())).toEqual([]);
  });
});

describe('what expressions speak of', () => {
  const part = { entity: 'deal', joins: [{ name: 'line', through: 'items' }, { name: 'deal_2', entity: 'company', on: [] }] };
  it('is the record with what is joined beside it, in that order', () => {
    const scope = partScope(catalog, part);
    expect(scope.catalog.path(scope.name, 'line.quantity')?.map((one) => one.label)).toEqual(['Line', 'Quantity']);
    expect(partScope(catalog, part, 0).catalog.path('part~', 'line')).toBeUndefined();
    // There is a field called so: the name tells them apart.
    expect(joinLabel(partScope(catalog, part, 1), part.joins[1]!)).toBe('Company (deal_2)');
    expect(ways(scope).map((way) => way.through)).toEqual(['items', 'deal_2.deals', 'line.returns']);
  });
  it('is the row with the types of what its columns take', () => {
    const row = rowScope(catalog, sales(), 'en', [], 'average');
    expect(row.catalog.entity(row.name)!.fields.map((one) => [one.label, one.type, one.currency])).toEqual([['Month', 'date', undefined], ['Amount', 'money', 'USD'], ['deals', 'integer', undefined]]);
  });
  it('has datasets that read one another as entities nobody writes', () => {
    const above: DatasetDoc = { kind: 'dataset', id: 'o', name: 'above', parts: [{ entity: 'sales', values: { amount: 'amount' } }], fields: [{ id: 'x', name: 'amount' }] };
    const known = new Catalog(withDatasets(DATA, [], [above, sales()], 'en'));
    expect(known.entity('above')).toMatchObject({ dataset: true, read_only: true, operations: { create: false }, fields: [{ type: 'money', currency: 'USD', label: 'Amount' }] });
    expect(readable(sales(), [above, sales()])).toEqual([]);
    expect(readable(above, [above, sales()]).map((one) => one.name)).toEqual(['sales']);
    expect(readBy({ ...above, parts: [{ entity: 'deal', joins: [{ name: 'l', entity: 'line' }] }] })).toEqual(['deal', 'line']);
    expect(fitsDataset(field('x', 'json'))).toBe(false);
  });
});

describe('around datasets', () => {
  const deal: EntityDoc = { kind: 'entity', id: 'd', name: 'deal', fields: [{ id: 'b', name: 'amount', type: 'money' }, { id: 'c', name: 'town', type: 'text' }] };
  it('entities and fields are known to be used by them', () => {
    expect(usesOfEntity('deal', [sales()])).toEqual([{ document: 'dataset/sales', as: 'dataset' }]);
    expect(usesOfField(deal, deal.fields![0]!, [deal, sales()])).toEqual([{ document: 'dataset/sales', as: 'dataset' }]);
    expect(usesOfField(deal, deal.fields![1]!, [deal, sales()])).toEqual([]);
  });
  it('a change is told column by column', () => {
    const now = setHow(addJoin(setValue(removeColumn(addColumn(sales(), { en: 'New' }, ['title']), 'deals'), 0, 'month', 'close_date'), 0, { name: 'l', through: 'items' }), 'amount', 'max');
    const codes = diffDocs(sales(), addPart({ ...now, having: undefined }, 'company')).map((one) => one.code);
    expect(codes).toEqual(['key', 'columnTakes', 'columnHow', 'columnAdded', 'columnRemoved', 'partAdded', 'partJoins']);
  });
  it('a renamed entity or dataset is followed', () => {
    const renames = renamesOf([deal, sales()], [{ ...deal, name: 'bargain' }, { ...sales(), name: 'turnover' }]);
    expect(Object.fromEntries(renames)).toEqual({ deal: 'bargain', sales: 'turnover' });
    const doc = { ...sales(), parts: [{ entity: 'deal', joins: [{ name: 'x', entity: 'sales', on: [] }, { name: 'l', through: 'items' }] }] };
    expect(follow(doc, renames).parts).toEqual([{ entity: 'bargain', joins: [{ name: 'x', entity: 'turnover', on: [] }, { name: 'l', through: 'items' }] }]);
    expect(follow(doc, new Map([['company', 'firm']]))).toBe(doc);
  });
});
