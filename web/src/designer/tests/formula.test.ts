import { describe, expect, it } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import type { CatalogData } from '@/catalog/types';
import { costWords, pathLabel, perRecord } from '../model/cost';
import { argumentOf, groupsOf } from '../model/functions';
import type { Cost } from '../state/api';

const field = (name: string, label: string, type: string, target?: string) => ({ id: name, name, label, type, target: target ?? null });
const catalog = new Catalog({
  entities: [
    { name: 'deal', label: 'Deal', fields: [field('amount', 'Amount', 'money'), field('company', 'Company', 'link', 'company'), field('lines', 'Lines', 'children', 'line')] },
    { name: 'line', label: 'Line', fields: [field('price', 'Price', 'money'), field('product', 'Product', 'link', 'product')] },
    { name: 'product', label: 'Product', fields: [field('cost', 'Cost', 'money')] },
    { name: 'company', label: 'Company', fields: [field('rate', 'Rate', 'decimal')] },
  ],
} as unknown as CatalogData);
const t = (key: string, options: Record<string, unknown> = {}) => `${key}(${Object.values(options).join('; ')})`;
const words = { catalog, entityLabel: (name: string | undefined) => catalog.entity(name)?.label ?? '', t };
const cost = (part: Partial<Cost>): Cost => ({ class: 'record', reads: [], measures: false, written_by: [], incremental: false, reason: null, waits: false, at_once: 10_000, ...part });

describe('what a formula costs', () => {
  it('names the ways that it goes, the longest only', () => {
    const reads = [{ path: ['lines'], entity: 'line', many: true }, { path: ['lines', 'product'], entity: 'product', many: true }, { path: ['company'], entity: 'company', many: false }];
    expect(costWords(cost({ class: 'related', reads }), 'deal', words).head).toBe('cost.related(cost.quoted(Lines › Product), cost.quoted(Company); 2)');
    expect(pathLabel(catalog, 'deal', ['gone', 'away'])).toBe('gone › away');
    expect(perRecord(cost({ class: 'related', reads }), 'deal', new Map([['deal', 4], ['line', 10]]), words, 'en')).toEqual(['cost.per_record(Lines; 2.5; 10)']);
    expect(perRecord(cost({ reads }), 'deal', new Map([['line', 10]]), words, 'en')).toEqual([]);
  });

  it('tells which changes write it, how far each goes, and why it is counted as a whole', () => {
    const written_by = [
      { entity: 'deal', fields: ['amount'], path: [], spreads: false, incremental: false },
      { entity: 'line', fields: ['price'], path: ['lines'], spreads: false, incremental: true },
      { entity: 'company', fields: ['rate'], path: ['company'], spreads: true, incremental: false },
    ];
    const told = costWords(cost({ class: 'stored', written_by, incremental: true, waits: true }), 'deal', words);
    expect(told.writers).toEqual([
      'cost.change(cost.own(); Amount)', 'cost.by_difference(cost.change(cost.others(Line); Price))', 'cost.spreads(cost.change(cost.others(Company); Rate); Deal)',
    ]);
    expect(told.notes.map((note) => note.split('(')[0])).toEqual(['cost.incremental', 'cost.at_once', 'cost.waits']);
    const reads = [{ path: ['lines', 'product'], entity: 'product', many: true }];
    expect(costWords(cost({ class: 'stored', reads, reason: { code: 'field', name: 'cost' } }), 'deal', words).notes).toEqual(['cost.whole(cost_reason.field(Cost))']);
  });
});

describe('the functions of the language', () => {
  const functions = [{ name: 'round', family: 'number', parameters: ['decimal', 'integer'], result: 'decimal', text: 'Rounds.', example: 'round(amount, 2)' }];

  it('finds them by name, text and example, with choices and aggregates beside them', () => {
    expect(groupsOf(functions, '', t).map((group) => group.family)).toEqual(['choice', 'related', 'number', 'measure']);
    const [group] = groupsOf(functions, 'ROUNDS', t);
    expect(group?.items).toMatchObject([{ name: 'round', call: 'round(amount, 2)', select: 'amount' }]);
    expect(groupsOf([], '', t)).toEqual([]);
  });

  it('types over what an example is about', () => {
    expect([argumentOf('title.to_upper()'), argumentOf('round(amount, 2)'), argumentOf('date("2026-01-31")'), argumentOf('today()')]).toEqual(['title', 'amount', '"2026-01-31"', undefined]);
  });
});
