import { describe, expect, it } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import { CATALOG } from '@/test/catalog';
import { composeTotal, decomposeTotal, NEW_TOTAL, type Total } from '../model/total';

const catalog = new Catalog(CATALOG);
const won = { path: 'stage', operator: 'any' as const, value: ['won'] };
const total = (more: Partial<Total>): Total => ({ ...NEW_TOTAL, ...more });

describe('a total of related records', () => {
  it.each<[string, Total, string]>([
    ['deal', total({ path: 'items.amount' }), 'items.sum(|r| r.amount)'],
    ['deal', total({ path: 'company.contacts', function: 'count' }), 'company.contacts.count()'],
    ['company', total({ path: 'deals.close_date', function: 'max' }), 'deals.max(|r| r.close_date)'],
    ['company', total({ path: 'deals.amount', conditions: [won, { path: 'close_date', operator: 'period', value: 'this_year' }] }), 'deals.filter(|r| r.stage == "won" && r.close_date.in_this("year")).sum(|r| r.amount)'],
    ['company', total({ path: 'deals', function: 'count', conditions: [{ path: 'title', operator: 'contains', value: 'r.5' }] }), 'deals.filter(|r| r.title.like("r.5")).count()'],
    ['company', total({ path: 'deals.amount', variable: 'x', conditions: [{ path: 'items.product', operator: 'contains', value: 'bay' }] }), 'deals.filter(|x| x.items.any(|y| y.product.like("bay"))).sum(|x| x.amount)'],
    ['company', total({ path: 'deals.amount', function: 'avg', conditions: [{ path: 'owner', operator: 'me' }, { path: 'stage', operator: 'none', value: ['new'] }] }), 'deals.filter(|r| r.owner == user && !(r.stage == "new")).avg(|r| r.amount)'],
  ])('of %s is written and read back', (entity, composed, text) => {
    expect(composeTotal(catalog, entity, composed)).toBe(text);
    expect(decomposeTotal(catalog, entity, text)).toEqual(composed);
  });

  it('is not finished without a value of records', () => {
    for (const path of [undefined, 'deals', 'deals.title', 'name', 'deals.items.amount', 'nothing.amount']) expect(composeTotal(catalog, 'company', total({ path })), String(path)).toBeUndefined();
  });

  it.each(['', 'amount', 'items.sum(|i| i.price * i.quantity)', 'items.sum(|i| i.amount) + 1', 'items.filter(|a| a.amount > 1).sum(|b| b.amount)', 'items.filter(|i| i.amount > 1 || i.price > 1).sum(|i| i.amount)', 'items.first(|i| i.amount)', 'contacts.count()'])('is not what was written otherwise: %s', (text) => {
    expect(decomposeTotal(catalog, 'deal', text)).toBeUndefined();
  });
});
