import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import { FIELD_TYPES, type Field } from '@/catalog/types';
import { changeLanguage } from '@/i18n';
import { operatorsOf } from '@/list/filter/operators';
import { CATALOG } from '@/test/catalog';
import { renderPage } from '@/test/render';
import { FIELD_TYPE_ICONS } from '@/ui/FieldTypeIcon';
import { formatDuration, parseDuration } from './dates';
import { FieldInput, INPUTS } from './FieldInput';
import { FieldValue } from './FieldValue';
import { formatValue } from './format';
import { isClosed, knowTitles, referenceTitle } from './reference';
import { parseTypedDate } from './inputs/DateInputs';
import { defaultValues, sameValue, toWire } from './mapping';
import { formatDecimal, formatMoney, formatPercent, parseTyped, parseWhole, shift } from './numbers';

const field = (type: Field['type'], more: Partial<Field> = {}): Field => ({ id: 'f', name: 'f', label: 'Field', type, target: 'company', targets: ['company'], choices: [{ value: 'a', label: 'Alpha' }], ...more });
const SAMPLES: Record<(typeof FIELD_TYPES)[number], unknown> = {
  text: 'word', long_text: 'two\nlines', rich_text: '<p>bold</p>', email: 'a@b.example', phone: '+7 846', url: 'example.com', integer: 5, decimal: '1.5', money: '1250.00', percent: '0.15', boolean: true, date: '2026-01-31', datetime: '2026-01-31T09:30:00.000Z',
  time: '09:30:00', duration: 'PT2H30M', choice: 'a', multi_choice: ['a'], link: { id: 'c1', title: 'Ernst' }, links: [{ id: 'c1', title: 'Ernst' }], children: [{ id: 'l1', title: 'Line' }], any_link: { entity: 'company', id: 'c1', title: 'Ernst' }, user: { id: 'u1', title: 'Anna' },
  file: { id: 'f1', name: 'a.pdf', size: 10, type: 'application/pdf' }, image: { id: 'f2', name: 'a.png', size: 10, type: 'image/png' }, location: { lat: 53.2, lon: 50.1 }, address: { city: 'Graz' }, json: { a: 1 }, auto_number: 'D-1', color: '#1D4ED8', rating: 4, secret: { has_value: true },
};

describe.each(FIELD_TYPES)('%s', (type) => {
  it('has an input, an icon, a display and filters', async () => {
    expect(INPUTS[type]).toBeDefined();
    expect(FIELD_TYPE_ICONS[type]).toBeDefined();
    expect(operatorsOf(field(type))).toBeInstanceOf(Array);
    expect(formatValue(field(type), SAMPLES[type])).not.toBe('');
    await renderPage(<><div data-testid="shown"><FieldValue field={field(type)} value={SAMPLES[type]} /></div><div data-testid="empty"><FieldValue field={field(type)} value={null} /></div><FieldInput id="x" field={field(type)} value={SAMPLES[type]} onChange={() => undefined} /></>);
    expect((await screen.findByTestId('shown')).innerHTML).not.toBe('');
    expect(screen.getByTestId('empty').textContent).toBe('—');
  });
});

describe('the period of a turnover', () => {
  it('is written as one in the language of the reader', async () => {
    const words = () => (['day', 'month', 'quarter', 'year'] as const).map((by) => formatValue(field('date', { by }), '2026-10-01'));
    expect(words()).toEqual(['1 Oct 2026', 'October 2026', '4th quarter 2026', '2026']);
    await changeLanguage('ru');
    expect(words()).toEqual(['01.10.2026', 'октябрь 2026', 'IV квартал 2026', '2026']);
    await changeLanguage('en');
  });
});

describe('a linked record', () => {
  const untitled = { ...CATALOG, entities: CATALOG.entities.map((entity) => (entity.name === 'company' ? { ...entity, title: null } : entity)) };
  const hidden = { id: 'x', title: null };
  const seen = (administer: boolean) => {
    knowTitles(new Catalog({ ...untitled, rights: { ...CATALOG.rights, administer } }));
    return [referenceTitle({ id: 'x', title: 'Rail' }, 'company'), referenceTitle(hidden, 'company'), referenceTitle(hidden, 'contact'), isClosed(hidden, 'company'), isClosed(hidden, 'contact'), isClosed({ ...hidden, entity: 'company' })];
  };
  it('without a title is told from one that is closed', () => {
    expect(seen(false)).toEqual(['Rail', 'Company without a title', 'Not open to you', false, true, false]);
    expect(seen(true)).toEqual(['Rail', 'Company without a title', 'Contact without a title', false, false, false]);
  });
});

describe('writing', () => {
  it('sends links by their ids and empties as null', () => {
    expect(toWire(field('link'), { id: 'c1', title: 'x' })).toBe('c1');
    expect(toWire(field('links'), [{ id: 'a', title: '' }])).toEqual(['a']);
    expect(toWire(field('any_link'), { entity: 'company', id: 'c1', title: 'x' })).toEqual({ entity: 'company', id: 'c1' });
    expect(toWire(field('file'), SAMPLES.file)).toBe('f1');
    expect(toWire(field('text'), '')).toBeNull();
    expect(['example.com/x', 'мир.рф', 'http://a.b', 'mailto:a@b.cc', 'no address', 'a@b.cc'].map((text) => toWire(field('url'), text))).toEqual(['https://example.com/x', 'https://мир.рф', 'http://a.b', 'mailto:a@b.cc', 'no address', 'a@b.cc']);
    expect(toWire(field('links'), null)).toEqual([]);
    expect(toWire(field('boolean'), false)).toBe(false);
    expect(toWire(field('children'), [{ id: 'new:1', f: '2', other: 1 }, { id: 'l1', f: '3' }], [field('decimal')])).toEqual([{ f: '2' }, { id: 'l1', f: '3' }]);
  });
  it('knows when nothing has changed', () => {
    expect(sameValue(field('link'), { id: 'a', title: 'old' }, { id: 'a', title: 'new' })).toBe(true);
    expect(sameValue(field('text'), null, '')).toBe(true);
    expect(sameValue(field('money'), '1.00', '1.01')).toBe(false);
  });
  it('tells whole numbers apart that a float would not', () => {
    expect(sameValue(field('integer'), 9007199254740993n, 9007199254740992n)).toBe(false);
    expect(sameValue(field('integer'), 9007199254740993n, 9007199254740993n)).toBe(true);
    expect(formatValue(field('integer'), 9007199254740993n)).toBe('9,007,199,254,740,993');
  });
  it('starts with literal defaults only', () => {
    expect(defaultValues([field('choice', { default: 'a' }), field('date', { name: 'g', default: { expression: 'today()' } })])).toEqual({ f: 'a' });
  });
});

describe('numbers', () => {
  it('are exact far beyond floats', () => {
    expect(formatDecimal('9007199254740993.123456789012')).toBe('9,007,199,254,740,993.123456789012');
    expect(formatMoney('0.10', 'EUR', 2)).toBe('€0.10');
    expect(formatPercent('0.2380')).toBe('23.8%');
    expect(shift('0.15', 2)).toBe('15');
    expect(shift('15', -2)).toBe('0.15');
    expect(shift('-0.005', 2)).toBe('-0.5');
  });
  it.each([['1 234,5', '1234.5'], ['1,234.56', '1234.56'], ['1.234,56', '1234.56'], ['−5', '-5'], ['.5', '0.5'], ['1,234', '1234'], ['12,5', '12.5'], ['5 %', '5'], ['1\u00a0000', '1000']])('reads %s', (typed, value) => expect(parseTyped(typed)).toBe(value));
  it.each(['', 'abc', '1e5', '--1', '1.2.3', '0.1234567890123'])('refuses %s', (typed) => expect(parseTyped(typed)).toBeUndefined());
  it.each([['9007199254740993', 9007199254740993n], ['9 223 372 036 854 775 807', 9223372036854775807n], ['1,234', 1234], ['-12', -12]])('reads the whole number %s', (typed, value) => expect(parseWhole(typed)).toBe(value));
  it.each(['9223372036854775808', '1.5', '12,34', 'x', '', '-'])('refuses %s as a whole number', (typed) => expect(parseWhole(typed)).toBeUndefined());
  it('follow the language', async () => {
    await changeLanguage('ru');
    expect(formatMoney('8431200.00', 'RUB', 2)).toBe('8\u00a0431\u00a0200,00\u00a0₽');
    expect(formatPercent('0.238')).toBe('23,8\u00a0%');
    expect(parseTyped('1,234')).toBe('1.234');
    await changeLanguage('en');
  });
});

describe('dates and lengths', () => {
  it.each([['2h 30m', 'PT2H30M'], ['2 ч 30 мин', 'PT2H30M'], ['1:45', 'PT1H45M'], ['90', 'PT1H30M'], ['1 день', 'PT24H'], ['45 сек', 'PT45S']])('reads %s', (typed, value) => expect(parseDuration(typed)).toBe(value));
  it('refuses nonsense', () => expect(parseDuration('soon')).toBeUndefined());
  it('shows lengths', () => expect(formatDuration('PT2H30M').replace(/\s/g, ' ')).toBe('2 hrs 30 mins'));
  it.each([['31.01.2026', '2026-01-31'], ['1.2.2026', '2026-02-01'], ['2026-01-31', '2026-01-31'], ['31.02.2026', null]])('reads the date %s', (typed, value) => expect(parseTypedDate(typed)).toBe(value));
});
