import { describe, expect, it } from 'vitest';
import { sectionsOf } from '@/card/sections';
import { Catalog } from '@/catalog/catalog';
import { defaultValues } from '@/fields/mapping';
import { guesses } from '@/imports/MapColumns';
import { CATALOG } from '@/test/catalog';
import { columnsOf, fitting, shownPaths } from './columns';
import { defaultColumns } from './state';

const catalog = new Catalog(CATALOG);
const deal = catalog.entity('deal')!;

describe('columns of a list', () => {
  it('put the title, the link, the stage and the money first', () => {
    expect(defaultColumns(deal).slice(0, 5)).toEqual(['title', 'company', 'stage', 'amount', 'close_date']);
  });
  it('put what people search by before what they only keep', () => {
    const company = { ...catalog.entity('company')! };
    company.fields = company.fields.map((field) => (field.name === 'phone' ? { ...field, searchable: true } : field));
    expect(defaultColumns(company)).toEqual(['name', 'phone', 'city', 'site', 'active', 'owner']);
  });
  it('keep the title beside the peek, however narrow', () => {
    const columns = columnsOf(catalog, deal, defaultColumns(deal), {}, true);
    expect(fitting(columns, 540).map((column) => column.path)).toEqual(['title', 'company']);
    expect(fitting(columns, 10).map((column) => column.path)).toEqual(['title']);
    expect(fitting(columns, 5000)).toEqual(columns);
  });
  it('tell in the bin when and by whom', () => {
    expect(shownPaths({ columns: ['title', 'stage'], bin: true, arranged: false })).toEqual(['title', 'deleted_at', 'updated_by', 'stage']);
    expect(shownPaths({ columns: ['title', 'stage'], bin: true, arranged: true })).toEqual(['title', 'stage']);
    expect(shownPaths({ columns: ['title', 'stage'], bin: false, arranged: false })).toEqual(['title', 'stage']);
  });
});

it('a card puts who answers for the record beside the last narrow field', () => {
  expect(sectionsOf(deal).main.map((field) => field.name)).toEqual(['title', 'number', 'company', 'stage', 'amount', 'close_date', 'probability', 'owner', 'notes']);
});

it('a column called by the entity and a field goes to the field', () => {
  const company = catalog.entity('company')!;
  const column = (header: string, field: string | null = null) => ({ header, field, samples: [] });
  expect(guesses(company, [column('Company name'), column('company_city'), column('Town', 'city'), column('Colour')])).toEqual(['name', null, 'city', null]);
});

it('a default that needs only the clock is there before the record is', () => {
  const today = { node: 'call', function: 'today', type: 'date', arguments: [] };
  const field = { id: 'd', name: 'opened_on', type: 'date' as const, label: 'Opened on', default: { expression: today } };
  expect(defaultValues([field], { today: '2026-11-28' })).toEqual({ opened_on: '2026-11-28' });
  expect(defaultValues([field])).toEqual({});
});
