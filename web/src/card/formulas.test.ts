import { describe, expect, it } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import type { CatalogData, Entity, Field } from '@/catalog/types';
import type { Node } from '@/expression/evaluate';
import { Unread } from '@/fields/unread';
import { CATALOG } from '@/test/catalog';
import { calculate, filled } from './formulas';
import { brokenRules, world } from './rules';

const of = (entity: string, id: number): Node => ({ node: 'variable', type: { record: entity }, variable: id });
const read = (entity: string, name: string, type: Node['type'], from: Node): Node => ({ node: 'field', type, of: from, field: { entity, id: `${entity}.${name}`, name } });
const times = (left: Node, right: Node): Node => ({ node: 'binary', operator: '*', type: 'decimal', left, right });
const sumOf = (records: Node, body: Node): Node => ({ node: 'aggregate', aggregate: 'sum', type: 'decimal', of: records, variable: 1, body });
const field = (entity: string, name: string, type: Field['type'], more: Partial<Field> = {}): Field => ({ id: `${entity}.${name}`, name, label: name, type, ...more });

const line = of('line', 0);
const order = of('order', 0);
const formulas = {
  amount: times(read('line', 'price', 'decimal', line), read('line', 'count', 'decimal', line)),
  total: sumOf(read('order', 'lines', { records: 'line' }, order), read('line', 'amount', 'decimal', of('line', 1))),
  city: read('company', 'city', 'text', read('order', 'company', { record: 'company' }, order)),
};
const entity = (name: string, fields: Field[], more: Partial<Entity> = {}): Entity => ({ ...CATALOG.entities[0]!, id: name, name, fields, rules: [], ...more });
const data: CatalogData = {
  ...CATALOG,
  entities: [
    entity('line', [field('line', 'price', 'decimal'), field('line', 'count', 'decimal'), field('line', 'amount', 'money', { formula: formulas.amount, read_only: true })]),
    entity('order', [
      field('order', 'lines', 'children', { target: 'line' }), field('order', 'company', 'link', { target: 'company' }),
      field('order', 'total', 'money', { formula: formulas.total, read_only: true }), field('order', 'city', 'text', { formula: formulas.city, read_only: true }),
    ], { rules: [{ name: 'small', message: 'Too much', when: { node: 'binary', operator: '>', type: 'boolean', left: read('order', 'total', 'decimal', order), right: { node: 'literal', type: 'decimal', value: '1000' } } }] }),
  ],
};
const catalog = new Catalog(data);
const orders = catalog.entity('order')!;
const about = world(catalog);
const done = (values: Record<string, unknown>, begun: Record<string, Record<string, unknown>[]> = {}) => calculate(catalog, orders, values, begun, about);

describe('what is calculated on a form', () => {
  it('follows the lines while they are typed', () => {
    const next = done({ lines: [{ id: 'a', price: '2.50', count: '4', amount: '1.00' }, { id: 'b', price: '1.00', count: '3' }], total: '1.00' });
    expect((next.lines as { amount: string }[]).map((one) => one.amount)).toEqual(['10', '3']);
    expect(next.total).toBe('13');
  });
  it('counts lines that are not whole yet, and keeps them out of the others', () => {
    const next = done({ lines: [{ id: 'a', price: '2', count: '4' }] }, { lines: [{ id: 'new:1', price: '5', count: '1' }, { id: 'new:2', price: '5' }] });
    expect(next.total).toBe('13');
    expect(next.lines).toHaveLength(1);
  });
  it('takes what cannot be read for no value', () => {
    expect(filled(catalog.entity('line')!.fields, { price: new Unread('x', 'no number'), count: '2' }, about).amount).toBeNull();
  });
  it('leaves what needs a record that is not here as it was read', () => {
    expect(done({ company: { id: 'c', title: 'Ltd' }, city: 'Graz', lines: [] }).city).toBe('Graz');
    expect(done({ company: { id: 'c', title: 'Ltd' }, lines: [] })).not.toHaveProperty('city');
    expect(done({ company: null, city: 'Graz', lines: [] }).city).toBeNull();
  });
  it('is judged by the rules of the entity, at what it is made of', () => {
    expect(brokenRules(orders, { lines: [{ id: 'a', price: '2', count: '4' }] }, about)).toEqual({});
    expect(brokenRules(orders, done({ lines: [{ id: 'a', price: '200', count: '40' }] }), about)).toEqual({ lines: 'Too much' });
  });
});
