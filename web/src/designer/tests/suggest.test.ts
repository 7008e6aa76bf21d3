import { CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import type { CatalogData } from '@/catalog/types';
import type { Known } from '../model/suggest';
import { suggested } from '../parts/expression/complete';

const field = (name: string, label: string, type: string, more = {}) => ({ id: name, name, label, type, target: null, ...more });
const entity = (name: string, label: string, ...fields: object[]) => ({ name, label, fields });
const catalog = new Catalog({
  entities: [
    entity('deal', 'Сделка', field('title', 'Название', 'text'), field('amount', 'Сумма', 'money'), field('cost', 'Себестоимость', 'money'), field('close_date', 'Дата закрытия', 'date'),
      field('stage', 'Стадия', 'choice', { choices: [{ value: 'won', label: 'Выиграна' }, { value: 'lost', label: 'Проиграна' }] }),
      field('company', 'Компания', 'link', { target: 'company' }), field('items', 'Позиции', 'children', { target: 'item' }), field('subject', 'О чём', 'any_link', { targets: ['company'] }), field('scan', 'Скан', 'file')),
    entity('company', 'Компания', field('city', 'Город', 'text'), field('deals', 'Сделки', 'inverse', { target: 'deal' })),
    entity('item', 'Позиция', field('price', 'Цена', 'money'), field('product', 'Товар', 'link', { target: 'product' })),
    entity('product', 'Товар', field('rate', 'Ставка', 'percent')),
    entity('user', 'Пользователь', field('email', 'Почта', 'email')),
  ],
} as unknown as CatalogData);
const known: Known = {
  catalog, entity: 'deal', t: (key, options) => String(options?.defaultValue ?? key), measures: [{ name: 'won', label: 'Выиграно' }],
  functions: [
    { name: 'round', family: 'number', parameters: ['decimal', 'integer'], result: 'decimal', text: 'Rounds it.', example: 'amount.round(2)' },
    { name: 'to_upper', family: 'text', parameters: ['text'], result: 'text', text: 'In capitals.', example: 'title.to_upper()' },
    { name: 'today', family: 'calendar', parameters: [], result: 'date', text: 'The day it is.', example: 'today()' },
    { name: 'pricing::grade', family: 'script', script: 'Цены', names: ['amount', 'cost'], parameters: ['decimal', 'decimal'], result: 'text', text: 'A word for it.', example: 'pricing::grade(amount, cost)' },
  ],
};

function asked(text: string, explicit = false, of: Known = known): CompletionResult | null {
  const state = EditorState.create({ doc: text });
  return suggested(() => of)(new CompletionContext(state, text.length, explicit));
}
const names = (text: string, explicit = false) => asked(text, explicit)?.options.map((one) => one.label) ?? [];

describe('what may come in an expression', () => {
  it('is found by name and by label, the record before what is further away, with what people call it', () => {
    expect(names('am')[0]).toBe('amount');
    expect(names('сум')).toEqual(['amount']);
    expect(asked('amount + себ')).toMatchObject({ from: 9, filter: false, options: [{ label: 'cost', detail: 'Себестоимость' }] });
    expect(asked('гор')?.options).toMatchObject([{ label: 'company.city', detail: 'Компания › Город', apply: 'company.city' }]);
    expect(asked('цен')?.options).toMatchObject([{ label: 'items.price', apply: 'items.sum(|i| i.price)' }]);
    expect(names('sca')).toEqual([]);
    expect([names(''), names('12'), names('// am'), names('amount')]).toEqual([[], [], [], []]);
    expect(names('', true)).toEqual(expect.arrayContaining(['title', 'items', 'user', 'round', 'pricing::grade', 'if', 'measure']));
  });

  it('goes along links, into closures and through what calls give', () => {
    expect(names('company.')).toEqual(['city', 'deals']);
    expect(names('company.го')).toEqual(['city']);
    expect(names('user.')).toEqual(['email']);
    expect(names('subject.')).toEqual(['as_company']);
    expect(names('subject.as_company.c')).toEqual(['city']);
    expect(names('items.')).toEqual(['sum', 'count', 'avg', 'min', 'max', 'any', 'all', 'filter', 'first']);
    expect(names('items.sum(|i| i.')).toEqual(['price', 'product']);
    expect(names('items.sum(|i| i.product.')).toEqual(['rate']);
    expect(names('items.filter(|i| i.price > 1).first().pr')).toEqual(['price', 'product']);
    expect(names('company.deals.any(|d| d.items.any(|i| i.')).toEqual(['price', 'product']);
    expect(names('items.sum(|i| ')).toEqual([]);
    expect(names('items.sum(|i| i')).toContain('i');
  });

  it('offers the functions that take what stands before the point', () => {
    expect([names('amount.'), names('title.'), names('close_date.')]).toEqual([['round'], ['to_upper'], []]);
    expect([names('items.count().'), names('today().'), names('title.to_upper().')]).toEqual([['round'], [], ['to_upper']]);
    expect(names('pricing::grade(amount, cost).')).toEqual(['to_upper']);
    expect(asked('pricing::gr')?.options).toMatchObject([{ label: 'pricing::grade', detail: '(amount: formula_word.decimal, cost: formula_word.decimal) → formula_word.text'.replaceAll('formula_word.', '') }]);
    expect(names('grade')).toEqual(['pricing::grade']);
    expect(names('capit')).toEqual(['to_upper']);
  });

  it('offers the values of what a text is compared with, and indicators', () => {
    expect(asked('stage == "')?.options).toMatchObject([{ label: 'won', detail: 'Выиграна', apply: 'won' }, { label: 'lost' }]);
    expect([names('stage in ["won", "lo'), names('stage == "прои'), names('title == "'), names('measure("'), names('target("')]).toEqual([['lost'], ['lost'], [], ['won'], ['won']]);
    expect(asked('targ')?.options).toMatchObject([{ label: 'target', detail: '(name, period, person)' }]);
  });

  it('begins with what a selected parameter is called like', () => {
    const state = EditorState.create({ doc: 'f(cost)', selection: { anchor: 2, head: 6 } });
    expect(suggested(() => known)(new CompletionContext(state, 2, true))).toMatchObject({ from: 2, options: [{ label: 'cost' }] });
    const other = EditorState.create({ doc: 'f(zzz)', selection: { anchor: 2, head: 5 } });
    expect(suggested(() => known)(new CompletionContext(other, 2, true))?.options.length).toBeGreaterThan(9);
  });

  it('knows no record where there is none, and names that are given beside', () => {
    const alone = { ...known, entity: undefined, extra: [{ id: 'since', name: 'since', label: 'Начиная с', type: 'date' as const }] };
    expect(asked('', true, alone)?.options.map((one) => one.label)).not.toContain('amount');
    expect(asked('нач', false, alone)?.options.map((one) => one.label)).toEqual(['since']);
  });
});
