import { describe, expect, it } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import type { Field } from '@/catalog/types';
import { CATALOG } from '@/test/catalog';
import { cardFields, groupsOf, keyOf, readAs } from './model';
import { firstGroup, groupFields, plainBoard } from './plain';

const catalog = new Catalog(CATALOG);
const deal = catalog.entity('deal')!;
const stage = catalog.field('deal', 'stage')!;
const words = { none: 'Not set', yes: 'Yes', no: 'No' };

describe('what a board stands by', () => {
  it('is the stage unless it is said, and only what records can stand apart by', () => {
    expect(firstGroup(deal)).toBe('stage');
    const types = new Set(groupFields(deal).map((field) => field.type));
    expect([...types].every((type) => ['choice', 'boolean', 'link', 'user'].includes(type))).toBe(true);
    expect(plainBoard(deal, { form: 'grid', limits: {} })).toMatchObject({ form: 'kanban', group_by: 'stage', limits: {} });
    expect(plainBoard(deal, { form: 'grid', group_by: 'owner', limits: {} })).toEqual({ form: 'kanban', group_by: 'owner', limits: {} });
  });
});

describe('columns', () => {
  it('are the choices as they are drawn, those without a value last and only where there are such', () => {
    const all = groupsOf(stage, [{ stage: stage.choices![1]!.value, n: 2 }], words, true);
    expect(all.map((group) => group.key)).toEqual(stage.choices!.map((choice) => choice.value));
    const lanes = groupsOf(stage, [{ stage: null, n: 1 }, { stage: stage.choices![1]!.value, n: 2 }], words);
    expect(lanes.map((group) => [group.key, group.filter])).toEqual([[stage.choices![1]!.value, `stage == "${stage.choices![1]!.value}"`], ['', 'stage == ()']]);
  });
  it('of links are told by name and asked for by identity', () => {
    const link = { id: 'f', name: 'company', label: 'Company', type: 'link', target: 'company' } as Field;
    const found = groupsOf(link, [{ company: { id: 'b', title: 'Zeta' } }, { company: { id: 'a', title: 'Alpha' } }], words, true);
    expect(found.map((group) => [group.label, group.filter])).toEqual([['Alpha', 'company == "a"'], ['Zeta', 'company == "b"']]);
    expect(readAs(link, found[0]!)).toEqual({ id: 'a', title: 'Alpha' });
    expect(keyOf(link, { id: '1', company: { id: 'a', title: 'Alpha' } })).toBe('a');
    expect(keyOf(link, { id: '1', company: null })).toBe('');
  });
  it('of yes and no are both there', () => {
    const flag = { id: 'f', name: 'vip', label: 'VIP', type: 'boolean' } as Field;
    expect(groupsOf(flag, [], words, true).map((group) => [group.label, group.value, group.filter])).toEqual([['Yes', true, 'vip == true'], ['No', false, 'vip == false']]);
  });
});

describe('a card', () => {
  it('tells what the columns of its board do not', () => {
    const fields = cardFields(catalog, deal, ['title', 'stage', 'amount', 'close_date', 'owner', 'company'], { form: 'kanban', group_by: 'stage', limits: {} });
    expect([fields.amount?.[0], fields.date?.[0], fields.person?.[0]]).toEqual(['amount', 'close_date', 'owner']);
    expect(fields.second.map(([path]) => path)).toEqual(['company']);
  });
});
