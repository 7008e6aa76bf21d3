import { describe, expect, it } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import type { CatalogData, Entity, Field } from '@/catalog/types';
import { addPart, addPosting, newBalances, newPosting, removePart, renamePart, setPostingEntity, settledPart, type Source } from '../model/balance';
import { diffDocs } from '../model/diff';
import { follow } from '../model/rename';
import type { RegisterDoc } from '../model/types';
import { usesOfChoiceSet, usesOfEntity, usesOfField } from '../model/usage';
import { balanceViews } from '../state/views';

const field = (name: string, type: Field['type'], more: Partial<Field> = {}): Field => ({ id: `${name}_id`, name, label: name, type, ...more });
const entity = (name: string, fields: Field[]): Entity => ({ id: name, name, label: name, plural: name, operations: { read: true, create: true, update: true, delete: true }, fields });
const paper = (name: string): Entity[] => [
  entity(name, [field('number', 'text'), field('date', 'date'), field('warehouse', 'link', { target: 'warehouse' }), field('items', 'children', { target: `${name}_line` })]),
  entity(`${name}_line`, [field(name, 'link', { target: name }), field('product', 'link', { target: 'product' }), field('price', 'money', { currency: 'EUR' }), field('quantity', 'decimal', { scale: 3 })]),
];
const catalog = new Catalog({ entities: [...paper('receipt'), ...paper('shipment'), entity('product', [field('name', 'text')]), entity('warehouse', [field('name', 'text')])] } as unknown as CatalogData);
const source: Source = (one) => ({ label: { en: one.label } });
const stock = (): RegisterDoc => newBalances(catalog, { en: 'Stock' }, 'scale', 'receipt_line', { en: 'Receipt' }, [], source);

describe('registers of balances', () => {
  it('begin with what the records that post most likely give', () => {
    const { balance, ...doc } = stock();
    expect(doc).toMatchObject({ kind: 'register', name: 'stock', icon: 'scale' });
    expect(balance!.dimensions).toMatchObject([{ name: 'product', type: 'link', target: 'product', required: true }]);
    expect(balance!.resources).toMatchObject([{ name: 'quantity', type: 'decimal', scale: 3 }]);
    expect(balance!.postings).toMatchObject([{ name: 'receipt', entity: 'receipt_line', date: 'receipt.date', direction: 'in', values: { product: 'product', quantity: 'quantity' } }]);
  });

  it('fill another posting with what is called alike, by its own document', () => {
    const first = stock();
    const warehouse = catalog.path('receipt_line', 'receipt.warehouse')!.at(-1)!;
    const wide = addPart(catalog, first, 'dimensions', warehouse, 'receipt.warehouse', source);
    const doc = addPosting(wide, newPosting(catalog, wide, 'shipment_line', { en: 'Shipment' }));
    expect(doc.balance!.postings[1]).toMatchObject({ direction: 'out', date: 'shipment.date', values: { product: 'product', quantity: 'quantity', warehouse: 'shipment.warehouse' } });
    expect(setPostingEntity(catalog, doc, 1, 'receipt_line').balance!.postings[1]!.date).toBe('receipt.date');
  });

  it('keep what posts in step with names', () => {
    const doc = stock();
    const renamed = renamePart(doc, 'resources', 'quantity', 'pieces');
    expect(renamed.balance!.postings[0]!.values).toEqual({ product: 'product', pieces: 'quantity' });
    expect(removePart(renamed, 'resources', 'pieces').balance!.postings[0]!.values).toEqual({ product: 'product' });
    const said = { ...doc, balance: { ...doc.balance!, dimensions: [{ ...doc.balance!.dimensions[0]!, label: { en: 'Date' } }] } };
    expect(settledPart(said, 'dimensions', 'product', undefined)).not.toBe('date');
    expect(settledPart(said, 'dimensions', 'product', said)).toBe('product');
  });

  it('follow renamed entities and are told of as users', () => {
    const doc = stock();
    const moved = follow(doc, new Map([['product', 'goods'], ['receipt_line', 'line']]));
    expect([moved.balance!.dimensions[0]!.target, moved.balance!.postings[0]!.entity]).toEqual(['goods', 'line']);
    expect(usesOfEntity('product', [doc])).toEqual([{ document: 'register/stock', as: 'register' }]);
    expect(usesOfEntity('receipt_line', [doc])).toHaveLength(1);
    expect(usesOfField({ kind: 'entity', name: 'receipt' }, { name: 'date', type: 'date' }, [doc])).toHaveLength(1);
    expect(usesOfField({ kind: 'entity', name: 'receipt_line' }, { name: 'price', type: 'money' }, [doc])).toHaveLength(0);
    const by = { ...doc, balance: { ...doc.balance!, dimensions: [{ name: 'state', type: 'choice', choice_set: 'states' }] } };
    expect(usesOfChoiceSet('states', [by])).toEqual([{ document: 'register/stock', as: 'register' }]);
  });

  it('tell what differs in words of their own', () => {
    const doc = stock();
    const [posting] = doc.balance!.postings;
    const next = { ...doc, balance: { ...doc.balance!, by: 'day' as const, resources: [], postings: [{ ...posting!, when: 'quantity > 0' }, { ...posting!, id: 'other', name: 'other' }] } };
    expect(diffDocs(doc, next).map((one) => one.code)).toEqual(['resourceRemoved', 'postingChanged', 'postingAdded', 'turnoversBy']);
  });

  it('come to three lists, as the server makes them', () => {
    const [balances, movements, turnovers] = balanceViews([stock()], new Map(), 'en');
    expect([balances!.name, movements!.name, turnovers!.name]).toEqual(['stock', 'stock_movement', 'stock_turnover']);
    expect(movements!.label).toBe('Movements (Stock)');
    expect(turnovers!.doc.fields!.map((one) => one.name)).toEqual(['period', 'product', 'quantity_opening', 'quantity_in', 'quantity_out', 'quantity_closing', 'balance']);
    expect(turnovers!.doc.fields!.at(-2)!.label).toEqual({ en: 'Closing: quantity', ru: 'На конец: quantity' });
  });
});
