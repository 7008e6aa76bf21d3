import { describe, expect, it } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import type { Entity } from '@/catalog/types';
import { CATALOG } from '@/test/catalog';
import { isShownWhenFilled, lettersOf, relatedFilter } from './related';

const letters: Entity = { ...CATALOG.entities[0]!, id: 'sent_message', name: 'sent_message', plural: 'Sent messages', system: true, fields: [] };
const deal = CATALOG.entities.find((entity) => entity.name === 'deal')!;

describe('letters about a record', () => {
  it('are found by the record that they name, by those who may read letters', () => {
    const catalog = new Catalog({ ...CATALOG, entities: [...CATALOG.entities, letters] });
    const [tab] = lettersOf(catalog, deal);
    expect([tab?.label, tab?.target, isShownWhenFilled(tab!)]).toEqual(['Sent messages', 'sent_message', true]);
    expect(relatedFilter(catalog, tab!, '0190')).toBe('record == "0190"');
    expect(lettersOf(catalog, letters)).toEqual([]);
    expect(lettersOf(catalog, { ...deal, dataset: true })).toEqual([]);
    expect(lettersOf(new Catalog(CATALOG), deal)).toEqual([]);
  });
});
