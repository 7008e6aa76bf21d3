import { describe, expect, it } from 'vitest';
import { Catalog, isNumeric } from '@/catalog/catalog';
import type { Field } from '@/catalog/types';
import { CATALOG } from '@/test/catalog';
import { composeFilter } from './compose';
import { decompose } from './decompose';
import type { Condition } from './model';
import { type Operator, operatorsOf, takesMany, takesNoValue } from './operators';

const met: Field = { id: 'met', name: 'met', label: 'Met', type: 'datetime' };
const tags: Field = { id: 'tags', name: 'tags', label: 'Tags', type: 'multi_choice', choices: [{ value: 'a b', label: 'A' }, { value: 'c', label: 'C' }] };
const catalog = new Catalog({ ...CATALOG, entities: CATALOG.entities.map((entity) => (['deal', 'company'].includes(entity.name) ? { ...entity, fields: [...entity.fields, met, tags] } : entity)) });
const composed = (conditions: Condition[]) => composeFilter(catalog, 'deal', conditions);

/** Values worth asking of a field. */
function samples(field: Field, operator: Operator): unknown[] {
  if (takesNoValue(operator)) return [undefined];
  if (operator === 'period') return ['this_quarter', 'yesterday'];
  if (operator === 'last_days' || operator === 'next_days') return [7, 0];
  if (isNumeric(field)) return operator === 'between' ? [['-1', '20.50'], [null, '3'], ['3', null]] : ['-1.5', '0'];
  if (field.type === 'date' || field.type === 'datetime') return operator === 'between' ? [['2026-01-31', '2026-03-29'], [null, '2026-03-01'], ['2026-03-01', null]] : ['2026-03-28', '2026-12-31'];
  if (field.type === 'link' || field.type === 'user') return [[{ id: 'c1' }], [{ id: 'c1' }, { id: 'c2' }]];
  return takesMany(operator) ? [['a "b" \\'], ['x && y', 'z, w', 'line\nend']] : ['a "b" \\ && ) c', 'x'];
}

const paths = ['title', 'number', 'company', 'stage', 'amount', 'close_date', 'probability', 'notes', 'items', 'contract', 'met', 'tags', 'owner', 'created_at', 'company.city', 'company.active', 'company.met', 'company.owner', 'items.product', 'items.price', 'company.contacts.email', 'company.deals.met', 'company.deals.items.product', 'company.deals.owner', 'company.deals'];
const cases = paths.flatMap((path) => {
  const field = catalog.path('deal', path)!.at(-1)!;
  return operatorsOf(field).flatMap((operator) => samples(field, operator).map((value): Condition => (value === undefined ? { path, operator } : { path, operator, value })));
});

describe('a condition read back', () => {
  it.each(cases.map((condition) => [`${condition.path} ${condition.operator} ${JSON.stringify(condition.value) ?? ''}`, condition] as const))('%s', (_, condition) => {
    const text = composed([condition])!;
    const read = decompose(catalog, 'deal', text)!;
    expect(read).toHaveLength(1);
    // Some say the same in two ways: an open range and a comparison.
    if (condition.operator === 'between') expect(composed(read)).toBe(text);
    else expect(read).toEqual([condition]);
  });
  it('comes with its fellows, in their order', () => {
    const all: Condition[] = [{ path: 'amount', operator: 'between', value: ['1', '2'] }, { path: 'owner', operator: 'me' }, { path: 'tags', operator: 'has', value: ['a b', 'c'] }, { path: 'company.deals.met', operator: 'last_days', value: 30 }, { path: 'met', operator: 'last_days', value: 30 }, { path: 'title', operator: 'contains', value: ' && ' }];
    expect(decompose(catalog, 'deal', composed(all)!)).toEqual(all);
    expect(decompose(catalog, 'deal', '')).toEqual([]);
  });
  it('comes with its fellows when it holds what looks like a choice between two', () => {
    const all: Condition[] = [{ path: 'title', operator: 'contains', value: 'a || b' }, { path: 'company.deals.tags', operator: 'has', value: ['a b', 'c'] }, { path: 'tags', operator: 'has', value: ['a b', 'c'] }, { path: 'owner', operator: 'me' }];
    expect(decompose(catalog, 'deal', composed(all)!)).toEqual(all);
  });
  it.each(['owner == user || stage == "new"', 'amount>1', '(amount > 1)', 'owner.teams.any(|t| t in user.teams)', 'amount > 1 && ', 'stage == "new" && amount > items.count()', 'nothing == 1', 'amount == 1 && !(amount == 2', 'true', 'company.city == ship_city', 'met >= now()', '"', 'items.any(|x| y.product == "a")', 'title.like(notes)'])('is not made of %s', (text) => {
    expect(decompose(catalog, 'deal', text)).toBeUndefined();
  });
  it('counts days of instants from the day it is asked, where it is asked', () => {
    expect(composed([{ path: 'met', operator: 'last_days', value: 7 }])).toBe('met >= datetime(today() - days(7), "00:00:00") && met < datetime(today() + days(1), "00:00:00")');
    expect(composed([{ path: 'met', operator: 'on', value: '2026-03-28' }])).toBe('met >= datetime("2026-03-28", "00:00:00") && met < datetime("2026-03-29", "00:00:00")');
  });
});
