import { describe, expect, it } from 'vitest';
import type { MeasureAnswer } from './api';
import { changeOf, filled, written } from './numbers';
import { isDay, spanLabel, spanOf, startsIn, step, unitOf } from './period';
import { operationOf, pasted, sumOf, tableOf, type TargetRecord } from './targets';

const plain = (text: string) => text.replace(/\u00a0|\u202f/g, ' ');

describe('periods', () => {
  it('begin and end with the calendar', () => {
    expect(spanOf('month', '2024-02-29')).toEqual({ from: '2024-02-01', to: '2024-02-29' });
    expect(spanOf('quarter', '2026-12-31')).toEqual({ from: '2026-10-01', to: '2026-12-31' });
    expect(spanOf('week', '2026-03-01')).toEqual({ from: '2026-02-23', to: '2026-03-01' });
    expect(spanOf('year', '2026-07-01')).toEqual({ from: '2026-01-01', to: '2026-12-31' });
  });
  it('are stepped through from their first day', () => {
    expect(step('month', '2026-01-31', 1)).toBe('2026-02-01');
    expect(step('month', '2026-03-31', -1)).toBe('2026-02-01');
    expect(step('quarter', '2026-02-10', -1)).toBe('2025-10-01');
    expect(step('week', '2026-03-01', 1)).toBe('2026-03-02');
    expect(startsIn('quarter', 2026)).toEqual(['2026-01-01', '2026-04-01', '2026-07-01', '2026-10-01']);
  });
  it('are known again by their days', () => {
    expect(unitOf({ from: '2026-01-01', to: '2026-12-31' })).toBe('year');
    expect(unitOf({ from: '2026-02-01', to: '2026-02-27' })).toBeUndefined();
    expect(spanLabel({ from: '2026-04-01', to: '2026-06-30' }, (number, year) => `Q${number} ${year}`)).toBe('Q2 2026');
    expect(isDay('2026-02-30')).toBe(false);
  });
});

describe('numbers', () => {
  it('are written with the digits of the measure, however many they have', () => {
    expect(plain(written('1234567.891', { type: 'decimal', scale: 1, currency: null }))).toBe('1,234,567.9');
    expect(plain(written('0.1255', { type: 'percent', scale: 1, currency: null }))).toMatch(/^12\.6\s?%$/);
    expect(written('9999999999999999.994', { type: 'decimal', scale: 2, currency: null })).toBe('9,999,999,999,999,999.99');
  });
  it('fill no more than the bar', () => {
    expect([filled('0.25'), filled('1.7'), filled('-1'), filled(null)]).toEqual([0.25, 1, 0, 0]);
  });
  it('change for better or worse', () => {
    const answer = { value: '120', previous: '100', change: '0.2', format: { type: 'integer', scale: 0, currency: null } } as MeasureAnswer;
    expect(changeOf(answer, 'higher', String)).toMatchObject({ up: true, good: true });
    expect(changeOf(answer, 'lower', String)).toMatchObject({ up: true, good: false });
    expect(changeOf({ ...answer, value: '100' }, 'higher', String)).toBeUndefined();
    expect(changeOf({ ...answer, change: null, previous: '0' }, 'higher', String)).toBeUndefined();
    expect(changeOf({ ...answer, value: '0.14', previous: '0.16', format: { type: 'percent', scale: 0, currency: null } }, 'higher', (points) => `${points} pp`)).toEqual({ text: '2 pp', up: false, good: false });
  });
});

describe('targets', () => {
  const target = (whose: string, period: TargetRecord['period'], start: string, value: string): TargetRecord => ({ id: `${whose}${start}`, version: 3, whose, person: null, period, start, value });
  it('stand in the table of their unit', () => {
    const table = tableOf([target('*', 'month', '2026-01-01', '5'), target('*', 'quarter', '2026-01-01', '9'), target('ann', 'month', '2026-02-01', '7')], 'month');
    expect(table.get('*')?.get('2026-01-01')?.value).toBe('5');
    expect(table.get('ann')?.size).toBe(1);
  });
  it('are made, changed and taken away by what is typed', () => {
    const cell = { id: 'x', version: 3, value: '5.000000' };
    expect(operationOf('won', 'month', { whose: '*', start: '2026-01-01', value: '5' }, undefined)).toEqual([{ op: 'create', entity: 'measure_target', values: { measure: 'won', period: 'month', start: '2026-01-01', value: '5', person: null } }]);
    expect(operationOf('won', 'month', { whose: 'ann', start: '2026-01-01', value: '5' }, cell)).toEqual([]);
    expect(operationOf('won', 'month', { whose: 'ann', start: '2026-01-01', value: '6' }, cell)).toMatchObject([{ op: 'update', id: 'x', version: 3, values: { value: '6' } }]);
    expect(operationOf('won', 'month', { whose: 'ann', start: '2026-01-01', value: null }, cell)).toMatchObject([{ op: 'delete', id: 'x' }]);
    expect(operationOf('won', 'month', { whose: 'ann', start: '2026-01-01', value: null }, undefined)).toEqual([]);
  });
  it('add up exactly', () => {
    expect(sumOf(['0.1', '0.2', undefined])).toBe('0.3');
    expect(sumOf([undefined])).toBeUndefined();
  });
  it('are pasted as a block of numbers', () => {
    expect(pasted('1\t2\r\n\t4\r\n')).toEqual([['1', '2'], [null, '4']]);
    expect(pasted('12')).toBeUndefined();
    expect(pasted('a\tb')).toBeUndefined();
  });
});
