import { describe, expect, it } from 'vitest';
import { changeTo, cleared, periodOf, requestOf, spanIn, unitIn, valueOf, valuesIn } from './filters';
import type { DashboardFilter } from './types';

const period: DashboardFilter = { name: 'period', type: 'period', default: 'this_month' };
const person: DashboardFilter = { name: 'person', type: 'person', default: 'me' };
const country: DashboardFilter = { name: 'country', type: 'field', entity: 'company', field: 'country', default: ['AT'] };
const all = [period, person, country];

describe('the address', () => {
  it.each([
    [period, 'last_quarter', 'last_quarter'], [period, { from: '2026-01-01', to: '2026-03-31' }, '2026-01-01..2026-03-31'], [period, 'all', 'all'],
    [person, null, '-'], [person, '0190a000-0000-7000-8000-000000000001', '0190a000-0000-7000-8000-000000000001'],
    [country, ['AT', 'DE'], 'AT,DE'], [country, ['a,b', '100%', '-'], 'a%2Cb,100%25,%2D'], [country, null, '-'],
  ])('keeps %o as it was: %o', (filter, value, text) => {
    const change = changeTo(filter, value);
    expect(change).toEqual({ [`f.${filter.name}`]: text });
    expect(valuesIn(all, change)).toEqual({ [filter.name]: value });
  });
  it('says nothing of what is the default, and none of nothing chosen', () => {
    expect(changeTo(period, 'this_month')).toEqual({ 'f.period': undefined });
    expect(changeTo(country, ['AT'])).toEqual({ 'f.country': undefined });
    expect(changeTo(country, [])).toEqual({ 'f.country': '-' });
    expect(changeTo({ ...country, default: null }, [])).toEqual({ 'f.country': undefined });
    expect(cleared(all)).toEqual({ 'f.period': undefined, 'f.person': undefined, 'f.country': undefined });
  });
  it('is not believed', () => {
    expect(valuesIn(all, { 'f.period': 'yesterday', 'f.other': 'x', period: 'today' })).toEqual({});
    expect(valuesIn(all, { 'f.period': '2026-03-31..2026-01-01' })).toEqual({});
    expect(valuesIn(all, { 'f.period': '2026-02-30..2026-03-01' })).toEqual({});
    expect(valuesIn(all, { 'f.country': '%E0%A4%A' })).toEqual({ country: ['%E0%A4%A'] });
  });
});

it('the default acts until something else is chosen', () => {
  expect([valueOf(period, {}), valueOf(person, { person: null }), valueOf(country, { country: ['DE'] })]).toEqual(['this_month', null, ['DE']]);
});

it('values of yes and no are sent as such', () => {
  expect(requestOf(all, { country: ['true', 'false'], person: null }, (filter) => filter.name === 'country')).toEqual({ country: [true, false], person: null });
});

describe('periods', () => {
  it('are words while they move with today', () => {
    expect(periodOf('month', '2026-11-03', '2026-11-30')).toBe('this_month');
    expect(periodOf('quarter', '2026-08-03', '2026-11-30')).toBe('last_quarter');
    expect(periodOf('month', '2026-09-03', '2026-11-30')).toEqual({ from: '2026-09-01', to: '2026-09-30' });
    expect(periodOf('year', '2027-01-01', '2026-11-30')).toEqual({ from: '2027-01-01', to: '2027-12-31' });
  });
  it('have days and a unit', () => {
    expect(spanIn('last_month', '2026-01-31')).toEqual({ from: '2025-12-01', to: '2025-12-31' });
    expect(spanIn('this_week', '2026-11-30')).toEqual({ from: '2026-11-30', to: '2026-12-06' });
    expect(spanIn('all')).toBeUndefined();
    expect([unitIn('today'), unitIn('last_year'), unitIn({ from: '2026-04-01', to: '2026-06-30' }), unitIn({ from: '2026-04-01', to: '2026-06-29' }), unitIn('all'), unitIn(null)]).toEqual(['day', 'year', 'quarter', undefined, undefined, undefined]);
  });
});
