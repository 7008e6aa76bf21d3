import { expect, it } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import { CATALOG } from '@/test/catalog';
import { guesses, isOrderOpen } from './MapColumns';

const deal = new Catalog(CATALOG).entity('deal')!;

it('takes the entity\'s own word off a header', () => {
  expect(guesses(deal, [{ header: 'Deal title', field: null, samples: [] }, { header: 'Amount', field: 'amount', samples: [] }, { header: 'Deal amount', field: null, samples: [] }])).toEqual(['title', 'amount', null]);
});

it('says how dates are read where they do not say it themselves', () => {
  expect(isOrderOpen(deal, 'close_date', ['', '1/02/2026'])).toBe(true);
  expect(isOrderOpen(deal, 'created_at', [' 01/02/26 10:00'])).toBe(true);
  expect(isOrderOpen(deal, 'close_date', ['2026-01-02', '01.02.2026'])).toBe(false);
  expect(isOrderOpen(deal, 'title', ['1/02/2026'])).toBe(false);
  expect(isOrderOpen(deal, null, ['1/02/2026'])).toBe(false);
});
