import { describe, expect, it } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import type { SavedView } from '@/catalog/types';
import { CATALOG } from '@/test/catalog';
import { currentView, rememberView, viewsOf } from './model';

const view = (id: string, change: Partial<SavedView> = {}): SavedView => ({ id, entity: 'deal', label: id, audience: 'me', team: null, default: false, own: true, may_change: true, version: 1, columns: ['title'], sort: [], filter: null, conditions: [], type: 'grid', group_by: null, lanes: null, total: null, start: null, end: null, color_by: null, limits: {}, missing: 0, ...change });
const catalog = new Catalog({ ...CATALOG, views: [view('all-of-us', { audience: 'everyone', default: true }), view('team', { audience: 'team', default: true }), view('mine'), view('other', { entity: 'company' })] });
const deal = catalog.entity('deal')!;

describe('the view a list begins with', () => {
  it('is the default nearest to the person', () => {
    expect(viewsOf(catalog, deal).map((one) => one.id)).toEqual(['all-of-us', 'team', 'mine']);
    expect(currentView(catalog, deal, undefined, true)?.id).toBe('team');
  });
  it('is the last one, even when that was none', () => {
    rememberView(deal, 'mine');
    expect(currentView(catalog, deal, undefined, true)?.id).toBe('mine');
    rememberView(deal, 'all');
    expect(currentView(catalog, deal, undefined, true)).toBeUndefined();
    rememberView(deal, 'gone');
    expect(currentView(catalog, deal, undefined, true)?.id).toBe('team');
  });
  it('is none for an address with conditions of its own, and the one that the address names', () => {
    expect(currentView(catalog, deal, undefined, false)).toBeUndefined();
    expect(currentView(catalog, deal, 'mine', false)?.id).toBe('mine');
    expect(currentView(catalog, deal, 'all', true)).toBeUndefined();
  });
});
