import { describe, expect, it } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import { CATALOG } from '@/test/catalog';
import { composeFilter, quote } from './compose';
import { type Condition, conditionsFromText, conditionsToText } from './model';

const catalog = new Catalog(CATALOG);
const check = (entity: string, ...conditions: Condition[]) => composeFilter(catalog, entity, conditions);

describe('the text of a filter', () => {
  it.each<[string, Condition, string]>([
    ['deal', { path: 'title', operator: 'contains', value: 'a "b" \\' }, 'title.like("a \\"b\\" \\\\")'],
    ['deal', { path: 'title', operator: 'not_contains', value: 'x' }, '!(title.like("x"))'],
    ['deal', { path: 'stage', operator: 'any', value: ['new'] }, 'stage == "new"'],
    ['deal', { path: 'stage', operator: 'none', value: ['won', 'new'] }, '!(stage in ["won", "new"])'],
    ['deal', { path: 'amount', operator: 'between', value: ['10', '20.50'] }, 'amount >= 10 && amount <= 20.50'],
    ['deal', { path: 'amount', operator: 'ge', value: '-5' }, 'amount >= -5'],
    ['deal', { path: 'probability', operator: 'lt', value: '0.15' }, 'probability < 0.15'],
    ['deal', { path: 'close_date', operator: 'on', value: '2026-01-31' }, 'close_date == "2026-01-31"'],
    ['deal', { path: 'close_date', operator: 'after', value: '2026-12-31' }, 'close_date >= "2027-01-01"'],
    ['deal', { path: 'close_date', operator: 'period', value: 'this_quarter' }, 'close_date.in_this("quarter")'],
    ['deal', { path: 'close_date', operator: 'last_days', value: 30 }, 'close_date >= today() - days(30) && close_date <= today()'],
    ['deal', { path: 'close_date', operator: 'empty' }, 'close_date == ()'],
    ['deal', { path: 'company', operator: 'any', value: [{ id: 'c1', title: 'A' }] }, 'company == "c1"'],
    ['deal', { path: 'owner', operator: 'me' }, 'owner == user'],
    ['deal', { path: 'company.city', operator: 'any', value: ['Graz', 'Cork'] }, 'company.city in ["Graz", "Cork"]'],
    ['deal', { path: 'items', operator: 'not_exists' }, '!(items.count() > 0)'],
    ['company', { path: 'active', operator: 'no' }, '!(active == true)'],
    ['company', { path: 'contacts.email', operator: 'contains', value: 'x' }, 'contacts.any(|x| x.email.like("x"))'],
    ['company', { path: 'contacts.email', operator: 'empty' }, '!(contacts.any(|x| x.email != ()))'],
    ['contact', { path: 'company.deals.items.product', operator: 'none', value: ['Bay'] }, '!(company.deals.any(|x| x.items.any(|y| y.product == "Bay")))'],
  ])('%s %o', (entity, condition, text) => {
    expect(check(entity, condition)).toBe(text);
  });
  it('joins conditions and leaves out what is unfinished or unknown', () => {
    expect(check('deal', { path: 'stage', operator: 'any', value: ['new'] }, { path: 'title', operator: 'contains', value: '' }, { path: 'nothing', operator: 'empty' }, { path: 'amount', operator: 'gt', value: '1' })).toBe('stage == "new" && amount > 1');
    expect(check('deal')).toBeUndefined();
  });
  it('takes a link to one of several entities for a link to each', () => {
    const subject = { id: 'subject', name: 'subject', label: 'Subject', type: 'any_link' as const, targets: ['company', 'deal'] };
    const task = { ...CATALOG.entities.find((entity) => entity.name === 'deal')!, id: 'task', name: 'task', label: 'Task', fields: [subject] };
    const wider = new Catalog({ ...CATALOG, entities: [...CATALOG.entities, task] });
    const text = (path: string, value: unknown) => composeFilter(wider, 'task', [{ path, operator: 'any', value }]);
    expect(text('subject.as_company.city', ['Graz'])).toBe('subject.as_company.city == "Graz"');
    expect(text('subject.as_deal.company', [{ id: 'c1', title: 'A' }])).toBe('subject.as_deal.company == "c1"');
    expect(text('subject.as_company', [{ id: 'c1', title: 'A' }])).toBe('subject.as_company == "c1"');
    expect(text('subject.as_contact.email', ['x'])).toBeUndefined();
    expect(wider.path('task', 'subject.as_deal.items.product')?.map((field) => field.label)).toHaveLength(3);
    expect(wider.narrowed(subject).map((field) => field.label)).toEqual(['Subject: Company', 'Subject: Deal']);
  });
  it('quotes line ends', () => expect(quote('a\nb')).toBe('"a\\nb"'));
});

describe('the address', () => {
  it('gives back what it was given', () => {
    const conditions: Condition[] = [{ path: 'company', operator: 'any', value: [{ id: 'c1', title: 'Эрнст' }] }, { path: 'close_date', operator: 'empty', value: undefined }];
    expect(conditionsFromText(conditionsToText(conditions))).toEqual(conditions);
  });
  it.each(['', '{', '[1]', '[["a","drop table"]]', 'null'])('survives %s', (text) => expect(conditionsFromText(text)).toEqual([]));
});
