import { describe, expect, it } from 'vitest';
import { toDateText } from '@/fields/dates';
import { Catalog } from '@/catalog/catalog';
import { CATALOG } from '@/test/catalog';
import type { Item } from '../schedule/items';
import { plainPlan } from '../schedule/plain';
import { loadOf, planBars, planFromText, planned, planStep, WORKING } from './model';

const item = (from: string, to: string): Item => ({ id: from, record: { id: from }, title: from, from: new Date(from), to: new Date(to), ends: true, hue: 'blue' });
const monday = new Date(2026, 10, 30);

describe('a plan', () => {
  it('adds up what each day takes, hours by their minutes', () => {
    const load = loadOf([item('2026-11-30T09:00:00', '2026-11-30T17:00:00'), item('2026-11-30T16:00:00', '2026-11-30T18:00:00'), item('2026-12-01T23:00:00', '2026-12-02T01:00:00')], monday, 3, false);
    expect(load).toEqual([600, 60, 60]);
    expect(load.filter((minutes) => minutes > WORKING)).toHaveLength(1);
  });
  it('counts a working day for each day of what takes days, and none for the end of a week', () => {
    expect(loadOf([item('2026-12-04T00:00:00', '2026-12-08T00:00:00'), item('2026-12-04T00:00:00', '2026-12-05T00:00:00')], monday, 8, true)).toEqual([0, 0, 0, 0, 960, 0, 0, 480]);
  });
  it('puts bars into lines so that none lies upon another, cut where the days end', () => {
    const { bars, lines } = planBars([item('2026-11-28T00:00:00', '2026-12-02T00:00:00'), item('2026-12-01T00:00:00', '2026-12-03T00:00:00'), item('2026-12-03T00:00:00', '2026-12-20T00:00:00'), item('2027-01-01T00:00:00', '2027-01-02T00:00:00')], monday, new Date(2026, 11, 7), 0.01);
    expect(lines).toBe(2);
    expect(bars.map(({ line, before, after }) => [line, before, after])).toEqual([[0, true, false], [1, false, false], [0, false, true]]);
    expect(bars[2]!.left + bars[2]!.width).toBeCloseTo(1);
  });
  it('shows three weeks unless it is said, and steps by what is seen', () => {
    const at = planFromText('weeks,2026-12-02');
    const { from, to } = planned(at);
    expect([toDateText(from), toDateText(to), toDateText(planStep(at, 1)), toDateText(planStep(at, -1))]).toEqual(['2026-11-30', '2026-12-21', '2026-12-21', '2026-11-09']);
    expect(toDateText(planStep({ mode: 'quarter', day: monday }, -1))).toBe('2026-07-01');
  });
  it('begins with people, when nobody says by whom', () => {
    const deal = new Catalog(CATALOG).entity('deal')!;
    const plain = plainPlan(deal, { form: 'grid', limits: {} });
    expect(plain.group_by).toBeTruthy();
    expect(plain.start).toBeTruthy();
    expect(plainPlan(deal, { form: 'calendar', limits: {}, group_by: 'stage', start: plain.start }).group_by).toBe('stage');
  });
});
