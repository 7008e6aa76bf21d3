import { expect, it } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import { changeLanguage } from '@/i18n';
import { CATALOG } from '@/test/catalog';
import { compact, drawn, formatOf, full, measureLabel, parts, whole } from './numbers';

const catalog = new Catalog(CATALOG);
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');
const money = whole({ type: 'money', currency: 'RUB' });

it('are written in few letters where they are long, and in full where not', async () => {
  expect(compact('9999', whole({ type: 'integer' }))).toBe('9,999');
  expect(compact('41700000', whole({ type: 'integer' }))).toBe('41.7m');
  expect(compact('0.1234', whole({ type: 'percent' }))).toBe('12.3%');
  await changeLanguage('ru');
  expect(plain(compact('41700000', money))).toBe('41,7 млн ₽');
  expect(plain(full('8431200.49', money))).toBe('8 431 200 ₽');
  expect(plain(full('9999999999999999.99', { type: 'decimal', scale: 2, currency: null }))).toBe('9 999 999 999 999 999,99');
  await changeLanguage('en');
});

it('fall apart into digits and units, and are shortened only where there is no room', () => {
  expect(parts('41700000', whole({ type: 'money', currency: 'EUR' }), 20)).toEqual([{ text: '€', isUnit: true }, { text: '41,700,000', isUnit: false }]);
  expect(parts('-41700000', whole({ type: 'money', currency: 'EUR' }), 6)).toEqual([{ text: '-', isUnit: false }, { text: '€', isUnit: true }, { text: '41.7', isUnit: false }, { text: 'm', isUnit: true }]);
  expect(parts('12', whole({ type: 'integer' }), 0)).toEqual([{ text: '12', isUnit: false }]);
});

it('are written as their measure says, else as the field that they are of', () => {
  const of = (expression: string) => formatOf(catalog, 'deal', { name: 'n', expression });
  expect(of('count()')).toMatchObject({ type: 'integer', scale: 0 });
  expect(of('sum(amount)')).toMatchObject({ type: 'money', currency: 'EUR' });
  expect(of('avg(probability)')).toMatchObject({ type: 'percent' });
  expect(of('sum(amount) / count()')).toMatchObject({ type: 'decimal' });
  expect(formatOf(catalog, 'deal', { name: 'n', expression: 'sum(amount)', format: { type: 'money', scale: 2, currency: 'USD' } })).toEqual({ type: 'money', scale: 2, currency: 'USD' });
  expect(full('2.5', of('count() / 2'))).toBe('2.5');
});

it('are called by their label, else by their field', () => {
  const of = (expression: string, label?: string) => measureLabel(catalog, 'deal', { name: 'n', expression, label }, 'Count');
  expect([of('count()'), of('sum(amount)'), of('sum(amount) * 2'), of('count()', 'Deals')]).toEqual(['Count', 'Amount', 'n', 'Deals']);
});

it('are drawn where they are numbers', () => {
  expect([drawn('1.5'), drawn(null), drawn(''), drawn('x')]).toEqual([1.5, null, null, null]);
});
