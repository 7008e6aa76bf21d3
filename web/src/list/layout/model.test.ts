import { describe, expect, it } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import type { SavedView } from '@/catalog/types';
import { CATALOG } from '@/test/catalog';
import { type Layout, layoutFromText, layoutOfView, layoutToText, layoutToView } from './model';

const deal = new Catalog(CATALOG).entity('deal')!;
const board: Layout = { form: 'kanban', group_by: 'stage', lanes: 'owner', total: 'amount', limits: { new: 5, won: 0 } };

describe('how records are shown', () => {
  it('survives an address', () => {
    expect(layoutFromText(deal, layoutToText(board))).toEqual(board);
    expect(layoutToText({ form: 'grid', limits: {} })).toBe('grid');
  });
  it('is a list where what it needs is unknown', () => {
    expect(layoutFromText(deal, 'kanban,group_by:nothing,total:amount')).toEqual({ form: 'grid', total: 'amount', limits: {} });
    expect(layoutFromText(deal, 'wall,limit.new:-1,limit.won:x')).toEqual({ form: 'grid', limits: {} });
  });
  it('is kept by a view as it is, without what its type has not', () => {
    expect(layoutOfView(deal, layoutToView(board) as unknown as SavedView)).toEqual(board);
    expect(layoutToView({ ...board, form: 'grid' })).toMatchObject({ type: 'grid', group_by: null, lanes: null, total: null, start: null, limits: {} });
  });
});
