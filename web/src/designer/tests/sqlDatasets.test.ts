import { CompletionContext } from '@codemirror/autocomplete';
import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import type { CatalogData, Entity, Field } from '@/catalog/types';
import { CATALOG } from '@/test/catalog';
import { suggested } from '../datasets/sql';
import { hintsOf, newSqlDataset, patchColumn, sqlColumns, tablesOf } from '../model/dataset';
import { readBy, rowScope, withDatasets } from '../model/datasetScope';
import { diffDocs } from '../model/diff';
import { follow } from '../model/rename';
import { type DatasetDoc, sent, whole } from '../model/types';
import { usesOfEntity } from '../model/usage';

const field = (name: string, type: Field['type'], label = name): Field => ({ id: `f_${name}`, name, label, type });
const entity = (name: string, fields: Field[]): Entity => ({ id: name, name, label: name, plural: name, operations: { read: true, create: true, update: true, delete: true }, fields });
const DATA: CatalogData = { ...CATALOG, entities: [entity('deal', [field('title', 'text', 'Deal'), field('amount', 'money'), field('items', 'children')]), entity('company', [field('name', 'text')])] };
const SQL = "SELECT c.name, sum(d.amount) AS total\nFROM deal AS d\nLEFT JOIN company c ON c.id = d.company -- from nobody\nWHERE d.title <> ' from x ' GROUP BY c.name";
const given = [field('id', 'id' as Field['type']), field('name', 'text', 'Company'), field('total', 'money')];

const sales = (): DatasetDoc => whole({ kind: 'dataset', id: 's', name: 'sales', label: { en: 'Sales' }, sql: SQL } as DatasetDoc);

describe('a dataset in SQL', () => {
  it('is a document without parts, wherever datasets are looked at', () => {
    const doc = sales();
    expect(doc).toMatchObject({ parts: [], fields: [] });
    expect(sent(doc)).not.toHaveProperty('parts');
    expect(sent({ ...doc, fields: [{ name: 'total' }] })).toMatchObject({ fields: [{ name: 'total' }] });
    expect(hintsOf(doc)).toEqual([]);
    expect(follow(doc, new Map([['deal', 'sale']]))).toBe(doc);
    expect(diffDocs(doc, { ...doc, sql: 'SELECT title\nFROM deal' }).map((one) => one.code)).toEqual(['sqlText']);
    expect(usesOfEntity('company', [doc]).map((one) => one.as)).toEqual(['dataset']);
    expect(newSqlDataset({ en: 'Fresh' }, 'table', 'deal', 'title', [])).toMatchObject({ name: 'fresh', sql: 'SELECT title\nFROM deal\n', parts: [], fields: [] });
  });

  it('reads the tables that it names', () => {
    expect(tablesOf(SQL)).toEqual([{ table: 'deal', alias: 'd' }, { table: 'company', alias: 'c' }]);
    expect(tablesOf('select 1 from a, b x join "c" on true union select 2 from (select 3 from d) e').map((one) => `${one.table} ${one.alias}`)).toEqual(['a a', 'b x', 'c c', 'd d']);
    expect(readBy(sales())).toEqual(['deal', 'company']);
  });

  it('has the columns that the server knows, with what is said of them', () => {
    const named = patchColumn(patchColumn(sales(), 'total', { label: { en: 'Sum' } }), 'gone', { type: 'text' });
    expect(named.fields.map((one) => one.name)).toEqual(['total', 'gone']);
    const columns = sqlColumns(named, given.slice(1));
    expect(columns.map(({ column, isGiven }) => [column.name, isGiven])).toEqual([['name', true], ['total', true], ['gone', false]]);
    const row = rowScope(new Catalog(DATA), named, 'en', given);
    expect(row.catalog.entity(row.name)!.fields.map((one) => one.label)).toEqual(['Company', 'Sum', 'gone']);
    const all = withDatasets(DATA, [{ ...entity('sales', given), id: 's' }], [sales()], 'en');
    expect(all.entities.at(-1)!.fields.map((one) => [one.name, one.label, one.type])).toEqual([['name', 'Company', 'text'], ['total', 'total', 'money']]);
  });
});

describe('completion in SQL', () => {
  const at = (text: string, asked = true): string[] => {
    const place = text.indexOf('|');
    const state = EditorState.create({ doc: text.replace('|', '') });
    return suggested(() => DATA.entities)(new CompletionContext(state, place, asked))?.options.map((one) => one.label) ?? [];
  };

  it('knows entities, fields of tables, and nothing inside texts', () => {
    expect(at('SELECT title FROM de|')).toEqual(['deal', 'company']);
    expect(at('SELECT title FROM deal, |')).toEqual(['deal', 'company']);
    expect(at('SELECT d.| FROM deal d')).toEqual(['title', 'amount']);
    expect(at('SELECT c.na| FROM deal d')).toEqual([]);
    expect(at('SELECT t| FROM deal').slice(0, 3)).toEqual(['title', 'amount', 'count']);
    expect(at("SELECT title FROM deal WHERE title = 'x|")).toEqual([]);
    expect(at('SELECT title -- fr|')).toEqual([]);
    expect(at('SELECT d.titl| FROM deal d', false)).toEqual(['title', 'amount']);
    expect(at('SELECT d.title| FROM deal d', false)).toEqual([]);
  });
});
