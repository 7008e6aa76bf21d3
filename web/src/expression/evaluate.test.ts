import { describe, expect, it } from 'vitest';
import { evaluate, evaluateCondition, fieldsOf, type Node, NotHere, write } from './evaluate';

const field = (name: string, type: Node['type'], of: Node = { node: 'variable', type: { record: 'deal' }, variable: 0 }): Node => ({ node: 'field', type, of, field: { entity: 'deal', id: name, name } });
const literal = (value: unknown, type: Node['type']): Node => ({ node: 'literal', type, value });
const binary = (operator: string, left: Node, right: Node, type: Node['type'] = 'boolean'): Node => ({ node: 'binary', type, operator, left, right });
const call = (name: string, type: Node['type'], ...given: Node[]): Node => ({ node: 'call', type, function: name, arguments: given });
const value = (node: Node, record: Record<string, unknown> = {}) => write(evaluate(node, { record, language: 'ru', today: '2026-11-22' }), node.type);

describe('values', () => {
  it('adds decimals exactly', () => expect(value(binary('+', literal('0.1', 'decimal'), literal('0.2', 'decimal'), 'decimal'))).toBe('0.3'));
  it('divides to twelve digits', () => expect(value(binary('/', literal('2', 'decimal'), literal('3', 'decimal'), 'decimal'))).toBe('0.666666666667'));
  it('is empty beyond 16 digits', () => expect(value(binary('*', literal('9999999999999999', 'decimal'), literal('10', 'decimal'), 'decimal'))).toBeNull());
  it('is empty on integer overflow', () => expect(value(binary('+', literal('9223372036854775807', 'integer'), literal('1', 'integer'), 'integer'))).toBeNull());
  it('compares empties totally', () => {
    expect(value(binary('==', field('amount', 'decimal'), literal(null, 'empty')), { amount: null })).toBe(true);
    expect(value(binary('<', field('amount', 'decimal'), literal('1', 'decimal')), { amount: null })).toBe(false);
  });
  it('orders Russian texts as people do', () => expect(value(binary('<', literal('а', 'text'), literal('Б', 'text')))).toBe(true));
  it('moves dates', () => expect(value(binary('+', call('today', 'date'), call('days', 'duration', literal('9', 'integer')), 'date'))).toBe('2026-12-01'));
  it('rounds half away from zero', () => expect(value(call('round', 'decimal', literal('-2.5', 'decimal')))).toBe('-3'));
  it('floors below zero', () => expect(value(call('floor', 'integer', literal('-2.5', 'decimal')))).toBe('-3'));
  it('takes a record and its id for one', () => expect(value(binary('==', field('company', { record: 'company' }), literal('c1', 'id')), { company: { id: 'c1', title: 'A' } })).toBe(true));
  it('sums lines', () => {
    const line = (name: string) => field(name, 'decimal', { node: 'variable', type: { record: 'item' }, variable: 1 });
    const sum: Node = { node: 'aggregate', type: 'decimal', aggregate: 'sum', of: field('items', { records: 'item' }), variable: 1, body: binary('*', line('price'), line('quantity'), 'decimal') };
    expect(value(sum, { items: [{ price: '1240.00', quantity: '48' }, { price: '96.00', quantity: '60' }, { price: null, quantity: '1' }] })).toBe('65280');
  });
});

it('says when the form does not have what is read', () => {
  const city = field('city', 'text', field('company', { record: 'company' }));
  expect(() => evaluate(city, { record: { company: { id: 'c1', title: 'A' } } })).toThrow(NotHere);
  expect(evaluate(city, { record: { company: null } })).toBeNull();
});

it('finds the fields of a rule', () => {
  const rule = binary('&&', binary('==', field('stage', 'text'), literal('won', 'text')), binary('==', field('amount', 'decimal'), literal(null, 'empty')));
  expect(fieldsOf(rule)).toEqual(['stage', 'amount']);
  expect(evaluateCondition(rule, { record: { stage: 'won', amount: null } })).toBe(true);
});
