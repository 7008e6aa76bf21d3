import { expect, it } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import { CATALOG } from '@/test/catalog';
import { guesses, isOrderOpen, waysToFind } from './MapColumns';

const deal = new Catalog(CATALOG).entity('deal')!;

it('takes the entity\'s own word off a header', () => {
  expect(guesses(deal, [{ header: 'Deal title', field: null, samples: [] }, { header: 'Amount', field: 'amount', samples: [] }, { header: 'Deal amount', field: null, samples: [] }])).toEqual(['title', 'amount', null]);
});

it('offers to find linked records by what names them, the title first', () => {
  const catalog = new Catalog(CATALOG);
  const ways = (name: string) => waysToFind(catalog, catalog.field('deal', name)).map((field) => field.name);
  expect(ways('company')[0]).toBe(catalog.entity('company')!.title);
  expect(ways('company')).not.toContain('created_at');
  expect(ways('owner')[0]).toBe('email');
  expect(ways('title')).toEqual([]);
});

it('says how dates are read where they do not say it themselves', () => {
  expect(isOrderOpen(deal, 'close_date', ['', '1/02/2026'])).toBe(true);
  expect(isOrderOpen(deal, 'created_at', [' 01/02/26 10:00'])).toBe(true);
  expect(isOrderOpen(deal, 'close_date', ['2026-01-02', '01.02.2026'])).toBe(false);
  expect(isOrderOpen(deal, 'title', ['1/02/2026'])).toBe(false);
  expect(isOrderOpen(deal, null, ['1/02/2026'])).toBe(false);
});
