import { describe, expect, it } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import type { Field, SavedView } from '@/catalog/types';
import { CATALOG } from '@/test/catalog';
import { boardFromText, boardOfView, boardToText, boardToView, cardFields, firstGroup, groupFields, groupsOf, keyOf, plainBoard, readAs } from './model';

const catalog = new Catalog(CATALOG);
const deal = catalog.entity('deal')!;
const stage = catalog.field('deal', 'stage')!;
const words = { none: 'Not set', yes: 'Yes', no: 'No' };

describe('what a board stands by', () => {
  it('is the stage unless it is said, and only what records can stand apart by', () => {
    expect(firstGroup(deal)).toBe('stage');
    const types = new Set(groupFields(deal).map((field) => field.type));
    expect([...types].every((type) => ['choice', 'boolean', 'link', 'user'].includes(type))).toBe(true);
    expect(plainBoard(deal)).toMatchObject({ form: 'kanban', groupBy: 'stage', limits: {} });
  });
  it('survives an address', () => {
    const board = { form: 'kanban' as const, groupBy: 'stage', lanes: 'owner', total: 'amount', limits: { new: 5, won: 0 } };
    expect(boardFromText(deal, boardToText(board))).toEqual(board);
    expect(boardToText({ form: 'grid', limits: {} })).toBe('grid');
    expect(boardFromText(deal, 'kanban,stage')).toEqual({ form: 'kanban', groupBy: 'stage', lanes: undefined, total: undefined, limits: {} });
  });
  it('is a list where the field is gone, whatever the address says', () => {
    expect(boardFromText(deal, 'kanban,nothing,,,new:x').form).toBe('grid');
    expect(boardFromText(deal, 'kanban,stage,,,new:-1,:2').limits).toEqual({});
    expect(boardOfView(deal, { type: 'kanban', group_by: 'nothing', lanes: null, total: null, limits: {} } as unknown as SavedView).form).toBe('grid');
  });
  it('goes into a view and comes back', () => {
    const board = { form: 'kanban' as const, groupBy: 'stage', lanes: undefined, total: 'amount', limits: { new: 3 } };
    expect(boardOfView(deal, boardToView(board) as unknown as SavedView)).toEqual(board);
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
    const fields = cardFields(catalog, deal, ['title', 'stage', 'amount', 'close_date', 'owner', 'company'], { form: 'kanban', groupBy: 'stage', limits: {} });
    expect([fields.amount?.[0], fields.date?.[0], fields.person?.[0]]).toEqual(['amount', 'close_date', 'owner']);
    expect(fields.second.map(([path]) => path)).toEqual(['company']);
  });
});
