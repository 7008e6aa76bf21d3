import { describe, expect, it } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import type { Field } from '@/catalog/types';
import { CATALOG } from '@/test/catalog';
import { atFromText, atToText, MODES, seenAt, stepped } from '../calendar/modes';
import { toDateText } from '@/fields/dates';
import { type Dated, type Item, itemOf, lastDay, mayShift, rangeFilter, shifted, valuesOf } from './items';
import { barsOf, blocksOf } from './places';

const deal = new Catalog(CATALOG).entity('deal')!;
const field = (name: string, type: Field['type']) => ({ id: name, name, label: name, type }) as Field;
const days: Dated = { start: field('start', 'date'), end: field('end', 'date'), isDays: true };
const hours: Dated = { start: field('start', 'datetime'), end: field('end', 'datetime'), isDays: false };
const item = (from: string, to: string, id = from): Item => ({ id, record: { id }, title: id, from: new Date(from), to: new Date(to), ends: true, hue: 'blue' });
const ofDays = (start: string, end?: string) => itemOf(days, deal, { id: start, start, end: end ?? null })!;

describe('what lies in time', () => {
  it('takes its last day whole, and one day where no end is said', () => {
    const one = ofDays('2026-11-30');
    expect([toDateText(one.from), toDateText(lastDay(one)), one.ends]).toEqual(['2026-11-30', '2026-11-30', false]);
    const many = ofDays('2026-11-30', '2026-12-02');
    expect([toDateText(lastDay(many)), valuesOf(days, many, true)]).toEqual(['2026-12-02', { start: '2026-11-30', end: '2026-12-02' }]);
    expect(valuesOf(days, one, false)).toEqual({ start: '2026-11-30' });
    expect(itemOf(days, deal, { id: '1', start: null })).toBeUndefined();
    expect(toDateText(lastDay(ofDays('2026-11-30', '2026-11-01')))).toBe('2026-11-30');
  });
  it('is asked for by the days that are seen', () => {
    const [from, to] = [new Date(2026, 10, 30), new Date(2026, 11, 7)];
    expect(rangeFilter({ ...days, end: undefined }, from, to)).toBe('start >= "2026-11-30" && start < "2026-12-07"');
    expect(rangeFilter(days, from, to)).toBe('start < "2026-12-07" && (start >= "2026-11-30" || end >= "2026-11-30")');
  });
  it('keeps its length when it is moved and a day when it is drawn', () => {
    const many = ofDays('2026-11-30', '2026-12-02');
    expect(valuesOf(days, shifted(many, 'move', { days: 3, minutes: 0 }, true), true)).toEqual({ start: '2026-12-03', end: '2026-12-05' });
    expect(valuesOf(days, shifted(many, 'end', { days: -9, minutes: 0 }, true), true)).toEqual({ start: '2026-11-30', end: '2026-11-30' });
    expect(valuesOf(days, shifted(many, 'start', { days: 9, minutes: 0 }, true), true)).toEqual({ start: '2026-12-02', end: '2026-12-02' });
    const short = item('2026-11-30T10:00:00', '2026-11-30T11:00:00');
    expect(valuesOf(hours, shifted(short, 'move', { days: 1, minutes: 30 }, false), true)).toEqual({ start: new Date(2026, 11, 1, 10, 30).toISOString(), end: new Date(2026, 11, 1, 11, 30).toISOString() });
  });
  it('is not moved by those who may not change it', () => {
    expect(mayShift({ ...deal, operations: { ...deal.operations, update: false } }, days)).toEqual({ move: false, resize: false });
  });
});

describe('places', () => {
  it('of bars lie in lines, none upon another', () => {
    const bars = barsOf([ofDays('2026-12-01', '2026-12-03'), ofDays('2026-11-20', '2026-12-01'), ofDays('2026-12-02'), ofDays('2026-12-09')], new Date(2026, 10, 30), 7);
    expect(bars.map(({ first, last, line, before, after }) => [first, last, line, before, after])).toEqual([[0, 1, 0, true, false], [1, 3, 1, false, false], [2, 2, 0, false, false]]);
  });
  it('of what happens at one time lie beside each other', () => {
    const blocks = blocksOf([item('2026-11-30T09:00:00', '2026-11-30T10:00:00', 'a'), item('2026-11-30T09:30:00', '2026-11-30T10:30:00', 'b'), item('2026-11-30T12:00:00', '2026-11-30T12:05:00', 'c')], new Date(2026, 10, 30));
    expect(blocks.map((block) => [block.item.id, block.from, block.to, block.column, block.columns])).toEqual([['a', 540, 600, 0, 2], ['b', 570, 630, 1, 2], ['c', 720, 750, 0, 1]]);
  });
});

describe('where one is in time', () => {
  it('survives an address', () => {
    const at = { mode: 'week' as const, day: new Date(2020, 1, 29) };
    expect(atFromText(atToText(at), MODES, 'month')).toEqual(at);
    expect(atToText({ mode: 'month', day: new Date() })).toBe('month');
    expect(atFromText('wall,nothing', MODES, 'month').mode).toBe('month');
  });
  it('is seen in whole weeks, and steps from the 31st to the last of a month', () => {
    const { from, to } = seenAt({ mode: 'month', day: new Date(2026, 10, 30) });
    expect([toDateText(from), toDateText(to)]).toEqual(['2026-10-26', '2026-12-07']);
    expect(toDateText(stepped({ mode: 'month', day: new Date(2026, 0, 31) }, 1))).toBe('2026-02-28');
  });
});
