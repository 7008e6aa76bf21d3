import { describe, expect, it } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import { CATALOG } from '@/test/catalog';
import { copyRole, granted, inherit, permit, permitField, readyOf, stateOf } from '../model/access';
import { shift } from '../model/digits';
import { diffDocs, diffSets } from '../model/diff';
import { draftCatalog } from '../model/draftCatalog';
import { addField, duplicateField, moveField, patchField, removeField, restoreField, withInverse } from '../model/fields';
import { guessType } from '../model/guess';
import { History } from '../model/history';
import { linesFor } from '../model/lines';
import { counting, countedOf, overEntity, withDate, withPerson } from '../model/measure';
import { isName, nameFromLabel, newId, uniqueName } from '../model/naming';
import { plainOf } from '../model/plain';
import { fieldIndex, messageAt } from '../model/problems';
import { countStates, rowsOf } from '../model/rows';
import { termOf } from '../model/terms';
import type { EntityDoc, FieldDoc, MeasureDoc, RoleDoc } from '../model/types';
import { entityViews } from '../state/views';
import { usesOfEntity, usesOfField, usesOfMeasure } from '../model/usage';

const deal = (): EntityDoc => ({
  kind: 'entity', id: 'd', name: 'deal', label: { en: 'Deal', ru: 'Сделка' }, plural: { en: 'Deals', ru: 'Сделки' }, title: 'title',
  fields: [
    { id: 'a', name: 'title', type: 'text', label: { en: 'Title' } },
    { id: 'b', name: 'amount', type: 'money', label: { en: 'Amount', ru: 'Сумма' } },
    { id: 'c', name: 'town', type: 'text', label: { en: 'Town' }, max_length: 80 },
  ],
  unique: [['title', 'town']], rules: [{ name: 'r', when: 'amount == () && company.amount > 1', message: { en: 'x' } }],
});
const company: EntityDoc = { kind: 'entity', id: 'k', name: 'company', label: { en: 'Company', ru: 'Компания' }, plural: { en: 'Companies', ru: 'Компании' } };

describe('the catalog of a draft', () => {
  const named = (data: ReturnType<typeof draftCatalog>, entity: string) => Object.fromEntries(data.entities.find((one) => one.name === entity)!.fields.map((field) => [field.name, field]));
  it('has the far side of each link, under its own name and for every target', () => {
    const call: EntityDoc = { kind: 'entity', id: 'z', name: 'call', label: { en: 'Call' }, plural: { en: 'Calls' }, fields: [
      { id: 'o', name: 'about', type: 'any_link', label: { en: 'About' }, targets: ['deal', 'company'], inverse: 'calls' },
      { id: 'p', name: 'caller', type: 'user', label: { en: 'Caller' } },
    ] };
    const documents = new Map([deal(), company, call].map((doc) => [`entity/${doc.name}`, doc]));
    const views = entityViews(documents, new Map(), CATALOG.entities.filter((entity) => entity.system), 'en');
    const data = draftCatalog(CATALOG, views, [], 'en');
    for (const entity of ['deal', 'company']) expect(named(data, entity).calls).toMatchObject({ type: 'inverse', target: 'call', inverse: 'about', label: 'Calls' });
    expect(named(data, 'call').caller).toMatchObject({ type: 'user', target: 'user' });
    expect(new Catalog(data).path('company', 'calls.caller')!.map((field) => field.label)).toEqual(['Calls', 'Caller']);
  });
});

describe('names', () => {
  it('are made of labels in both alphabets', () => {
    expect(nameFromLabel('Close date')).toBe('close_date');
    expect(nameFromLabel('Сумма со скидкой, ₽')).toBe('summa_so_skidkoy');
    expect(nameFromLabel('Объём')).toBe('obem');
    expect(nameFromLabel('1С код')).toBe('field_1s_kod');
    expect(nameFromLabel('Owner')).toBe('owner_1');
    expect(nameFromLabel('日本')).toBe('field');
    expect(nameFromLabel('ы'.repeat(60))).toHaveLength(48);
  });
  it('are unlike the taken ones', () => {
    expect(uniqueName('city', ['city', 'city_2'])).toBe('city_3');
    expect(uniqueName('y'.repeat(48), ['y'.repeat(48)])).toHaveLength(48);
    expect([isName('a_1'), isName('1a'), isName('if')]).toEqual([true, false, false]);
    expect(newId()).toMatch(/^[a-z][a-z2-7]{9}$/);
  });
});

describe('guesses', () => {
  it.each([
    ['Work email', 'email'], ['Эл. почта', 'email'], ['Телефон клиента', 'phone'], ['Total amount', 'money'], ['Сумма', 'money'], ['Close date', 'date'], ['Дата закрытия', 'date'],
    ['Вероятность', 'percent'], ['Quantity', 'integer'], ['Этап', 'choice'], ['Комментарии', 'long_text'], ['Ответственный', 'user'], ['Город', 'text'], ['Candidate', 'text'], ['Оплачен', 'boolean'], ['Discount approved by', 'user'], ['№', 'auto_number'],
  ])('%s is %s', (label, type) => expect(guessType(label).type).toBe(type));
  it('sees the labels of entities', () => {
    expect(guessType('Компания', [company])).toEqual({ type: 'link', target: 'company' });
    expect(guessType('companies', [company])).toEqual({ type: 'links', target: 'company' });
    expect(guessType('Компанию', [company])).toEqual({ type: 'link', target: 'company' });
  });
});

describe('edits of fields', () => {
  it('add with a guess and a free name', () => {
    const { doc, field } = addField(deal(), { ru: 'Сумма' }, { language: 'ru' });
    expect(field).toMatchObject({ name: 'summa', type: 'money', label: { ru: 'Сумма' } });
    expect(addField(doc, { ru: 'Сумма' }, { language: 'ru' }).field.name).toBe('summa_2');
  });
  it('name the far side of a guessed link', () => {
    const other: EntityDoc = { kind: 'entity', name: 'order', fields: [{ id: 'o', name: 'company', type: 'link', target: 'company', inverse: 'deals' }] };
    expect(addField(deal(), { ru: 'Компания' }, { language: 'ru', entities: [company, other] }).field).toMatchObject({ type: 'link', target: 'company', inverse: 'deals_2' });
  });
  it('name the far side of a link to one of several entities as none of them has it', () => {
    const entities: EntityDoc[] = [
      { kind: 'entity', name: 'person', fields: [{ id: 'p', name: 'deals', type: 'text' }] }, { kind: 'entity', name: 'firm', fields: [] },
      { kind: 'entity', name: 'note', fields: [{ id: 'n', name: 'about', type: 'any_link', targets: ['firm', 'deal'], inverse: 'deals_2' }] },
    ];
    const link = { id: 'x', name: 'whose', type: 'any_link' as const };
    expect(withInverse({ ...link, targets: ['person', 'firm'] }, deal(), entities).inverse).toBe('deals_3');
    expect(withInverse(link, deal(), entities).inverse).toBeUndefined();
  });
  it('follow a new name inside the document, not behind a dot', () => {
    const doc = patchField(deal(), 'b', { name: 'sum' });
    expect(doc.rules?.[0]?.when).toBe('sum == () && company.amount > 1');
    expect(patchField(deal(), 'a', { name: 'head' })).toMatchObject({ title: 'head', unique: [['head', 'town']] });
  });
  it('drop what another type does not know', () => {
    const doc = patchField(deal(), 'c', { type: 'choice' });
    expect(doc.fields?.[2]).toEqual({ id: 'c', name: 'town', type: 'choice', label: { en: 'Town' }, choices: [expect.objectContaining({ value: 'new' })] });
  });
  it('remove and restore in the old place with its key', () => {
    const gone = removeField(deal(), 'a');
    expect([gone.title, gone.unique]).toEqual([undefined, []]);
    expect(rowsOf(gone, deal()).map((row) => row.state)).toEqual(['removed', 'same', 'same']);
    expect(restoreField(gone, deal(), 'a')).toEqual(deal());
  });
  it('move and duplicate', () => {
    expect(moveField(deal(), 'c', 0).fields?.map((field) => field.id)).toEqual(['c', 'a', 'b']);
    const { doc, field } = duplicateField(deal(), 'b', { en: '(copy)', ru: '(копия)' });
    expect([field?.name, field?.label?.ru, doc.fields?.[2]?.id === field?.id]).toEqual(['amount_copy', 'Сумма (копия)', true]);
  });
  it('show as states of rows', () => {
    let doc = patchField(deal(), 'c', { label: { en: 'City' } });
    doc = patchField(doc, 'b', { required: true });
    doc = addField(doc, { en: 'New one' }).doc;
    expect(countStates(rowsOf(doc, deal()))).toEqual({ same: 1, added: 1, renamed: 1, changed: 1, removed: 0 });
  });
});

describe('undo', () => {
  it('goes back and forth, typing being one act', () => {
    const history = new History<string>();
    history.push({ changes: [{ key: 'k', before: 'a', after: 'b' }], at: 0, mark: 'label' });
    history.push({ changes: [{ key: 'k', before: 'b', after: 'c' }], at: 500, mark: 'label' });
    history.push({ changes: [{ key: 'k', before: 'c', after: 'd' }], at: 900 });
    expect(history.undo()?.changes).toEqual([{ key: 'k', before: 'c', after: 'd' }]);
    expect(history.undo()?.changes).toEqual([{ key: 'k', before: 'a', after: 'c' }]);
    expect(history.undo()).toBeUndefined();
    expect(history.redo()?.changes[0]?.after).toBe('c');
    history.push({ changes: [{ key: 'k', before: 'c', after: 'z' }], at: 950 });
    expect(history.canRedo).toBe(false);
  });
});

describe('differences', () => {
  it('tell what happened to each field', () => {
    const after = patchField(patchField(removeField(deal(), 'a'), 'c', { label: { en: 'City' } }), 'b', { type: 'integer' });
    expect(diffDocs(deal(), after).map((one) => one.code).sort()).toEqual(['fieldRemoved', 'fieldRenamed', 'fieldType', 'key', 'key']);
  });
  it('pair documents by identity', () => {
    expect(diffSets([deal()], [deal()])).toEqual([]);
    expect(diffSets([deal()], [company]).map((pair) => pair.differences[0]?.code)).toEqual(['docAdded', 'docRemoved']);
  });
});

describe('uses and problems', () => {
  it('are found in documents', () => {
    const line: EntityDoc = { kind: 'entity', name: 'line', fields: [{ id: 'x', name: 'deal', type: 'link', target: 'deal' }], rules: [{ name: 'r', when: 'deal.amount > 0', message: {} }] };
    expect(usesOfEntity('deal', [deal(), line]).map((use) => use.as)).toEqual(['link']);
    expect(usesOfField(deal(), deal().fields![1]!, [deal(), line]).map((use) => use.document)).toEqual(['entity/deal', 'entity/line']);
  });
  it('belong to a place', () => {
    expect(fieldIndex('/fields/12/target')).toBe(12);
    expect(messageAt([{ path: '/fields/1/choices/0/value', code: 'c', message: 'taken' }], 'choices')).toBe('taken');
  });
});

describe('digits', () => {
  it.each([['0.25', 2, '25'], ['25', -2, '0.25'], ['7.5', -2, '0.075'], ['-1', -2, '-0.01'], ['0.001', 2, '0.1'], ['many', 2, 'many'], ['0', -2, '0']])('%s by %i is %s', (text, places, result) => expect(shift(text, places)).toBe(result));
});

describe('roles', () => {
  const role: RoleDoc = { kind: 'role', name: 'sales', entities: { '*': { read: true } } };
  it('write an inherited row down at its first change and follow again', () => {
    const changed = permit(role, 'deal', 'update', true);
    expect(changed.entities?.deal).toEqual({ read: true, update: true });
    expect(granted(inherit(changed, 'deal'), 'deal')).toEqual({ operations: { read: true }, inherited: true });
  });
  it('read nothing, change nothing', () => expect(permit(permit(role, 'deal', 'update', true), 'deal', 'read', false).entities?.deal).toEqual({}));
  it('keep conditions and fields when another operation changes', () => {
    const ruled = permitField(permit(role, 'deal', 'read', 'owner == user'), 'deal', 'margin', 'none');
    const wider = permit(ruled, 'deal', 'export', true);
    expect(wider.entities?.deal).toEqual({ read: 'owner == user', fields: { margin: 'none' }, export: true });
    expect(permitField(wider, 'deal', 'margin', undefined).entities?.deal).toEqual({ read: 'owner == user', export: true });
    expect(['always', 'condition', 'never']).toEqual([stateOf(true), stateOf('owner == user'), stateOf(undefined)]);
    expect(readyOf(' owner == user ')).toBe('mine');
  });
  it('are copied under an identity of their own', () => {
    const copy = copyRole({ ...role, id: 'r1', label: { en: 'Sales' } }, ['sales'], { en: 'copy', ru: 'копия' });
    expect(copy.id).not.toBe('r1');
    expect(copy.name).not.toBe('sales');
    expect(copy.label).toEqual({ en: 'Sales (copy)' });
  });
});

describe('lines', () => {
  it('are called by their parent in both languages, also where their field has one name', () => {
    const called = (label: FieldDoc['label']) => {
      const field: FieldDoc = { id: 'x', name: 'x', type: 'children', label };
      return linesFor({ ...deal(), fields: [field] }, field, undefined, [deal()]).line.label;
    };
    expect(called({ ru: 'Строки сделки' })).toEqual({ en: 'Deal: lines', ru: 'Сделка: строки сделки' });
    expect(called({ en: 'Items' })).toEqual({ en: 'Deal: items', ru: 'Сделка: строки' });
  });
});

describe('mistakes in plain words', () => {
  const doc = (more: Partial<FieldDoc>): EntityDoc => ({ ...deal(), fields: [{ id: 'x', name: 'x', type: 'link', ...more }] });
  const missing = (more: Partial<FieldDoc>) => plainOf({ code: 'field.option_missing', path: '/fields/0', message: '' }, doc(more));
  it('lead to the control that is to be used', () => {
    expect(missing({ type: 'link' })).toEqual({ text: 'link', path: '/fields/0/target' });
    expect(missing({ type: 'any_link' })).toEqual({ text: 'any_link', path: '/fields/0/targets' });
    expect(missing({ type: 'children' })).toEqual({ text: 'lines', path: '/fields/0/target' });
    expect(missing({ type: 'children', target: 'deal' })).toEqual({ text: 'back', path: '/fields/0/inverse' });
    expect(missing({ type: 'multi_choice' })).toEqual({ text: 'choices', path: '/fields/0/choices' });
  });
  it('know an empty part by its place, and leave the rest to the server', () => {
    const at = (path: string, code = 'document.empty_text') => plainOf({ code, path, message: '' }, undefined)?.text;
    expect([at('/rules/0/when'), at('/rules/1/message/en'), at('/unique/0'), at('/label'), at('/choices')]).toEqual(['when', 'message', 'set', 'name', 'values']);
    expect([at('/title'), at('/fields/0', 'field.bad_currency')]).toEqual([undefined, undefined]);
  });
});

describe('calculated fields', () => {
  const withTotal = (): EntityDoc => ({ ...deal(), fields: [...deal().fields!, { id: 't', name: 'total', type: 'money', formula: { mode: 'dynamic', expression: 'amount * 2' } }] });
  it('have none of the settings of what people write', () => {
    const written: EntityDoc = { ...deal(), fields: [{ id: 'b', name: 'amount', type: 'money', required: true, default: '1', min: 0, scale: 3, currency: 'EUR' }] };
    const after = patchField(written, 'b', { formula: { mode: 'dynamic', expression: '1 + 1' } }).fields![0];
    expect(after).toEqual({ id: 'b', name: 'amount', type: 'money', scale: 3, currency: 'EUR', formula: { mode: 'dynamic', expression: '1 + 1' } });
    expect(patchField(withTotal(), 't', { formula: undefined }).fields!.at(-1)).not.toHaveProperty('formula');
    expect(patchField(withTotal(), 't', { type: 'link' }).fields!.at(-1)).not.toHaveProperty('formula');
  });
  it('read measures and their targets by name', () => {
    const doc: EntityDoc = { ...deal(), fields: [{ name: 'share', type: 'decimal', formula: { mode: 'dynamic', expression: 'measure("won") / target( "won", "this_month")' } }], rules: [{ name: 'r', when: 'amount > target("wonder")', message: { en: 'x' } }] };
    const script = { kind: 'script' as const, name: 'pay', label: {}, source: 'fn f() { measures::value("won") }' };
    expect(usesOfMeasure('won', [doc, script]).map((use) => [use.document, use.as])).toEqual([['entity/deal', 'formula'], ['script/pay', 'script']]);
    expect(usesOfMeasure('wonder', [doc, script]).map((use) => use.as)).toEqual(['rule']);
  });

  it('follow a new name of what they read, and say that they use it', () => {
    const renamed = patchField(withTotal(), 'b', { name: 'price' });
    expect(renamed.fields!.at(-1)!.formula!.expression).toBe('price * 2');
    const doc = withTotal();
    expect(usesOfField(doc, doc.fields![1]!, [doc]).map((use) => [use.as, use.field?.name])).toEqual([['rule', undefined], ['formula', 'total']]);
    const far: EntityDoc = { ...company, fields: [{ id: 'w', name: 'won', type: 'money', formula: { mode: 'dynamic', expression: 'deals.sum(|d| d.total)' } }] };
    expect(usesOfField(doc, doc.fields!.at(-1)!, [doc, far]).map((use) => [use.document, use.as])).toEqual([['entity/company', 'formula']]);
  });
  it('are written by terms of the attribute tree: many records are added up or counted', () => {
    const catalog = new Catalog(CATALOG);
    expect(termOf(catalog, 'deal', 'company.city')).toBe('company.city');
    expect(termOf(catalog, 'deal', 'items.quantity')).toBe('items.sum(|i| i.quantity)');
    expect(termOf(catalog, 'deal', 'items')).toBe('items.count()');
    expect(termOf(catalog, 'company', 'deals.items.quantity')).toBe('deals.sum(|d| d.items.sum(|i| i.quantity))');
    expect(termOf(catalog, 'company', 'deals.title')).toBe('deals.count()');
  });
});

describe('measures', () => {
  it('are read back into what was chosen by mouse, where they were', () => {
    expect(countedOf('count()')).toEqual({ tally: 'count' });
    expect(countedOf(' sum(company.won_total) ')).toEqual({ tally: 'sum', path: 'company.won_total' });
    expect(countedOf('sum(amount) / count()')).toBeUndefined();
    expect(countedOf('sum()')).toBeUndefined();
    expect(countedOf('count(amount)')).toBeUndefined();
    expect(counting({ tally: 'avg', path: 'amount' })).toBe('avg(amount)');
  });
  it('lose what needs a date or a person with it', () => {
    const doc: MeasureDoc = { kind: 'measure', name: 'won', entity: 'deal', expression: 'count()', filter: 'x', date: 'close_date', period: 'this_year', person: 'owner', mine: true };
    expect(withDate(doc, undefined)).not.toHaveProperty('period');
    expect(withDate({ ...doc, date: undefined, period: undefined }, 'opened_on').period).toBe('this_month');
    expect(withPerson(doc, undefined)).not.toHaveProperty('mine');
    expect(overEntity(doc, 'lead')).toEqual({ kind: 'measure', name: 'won', entity: 'lead', expression: 'count()' });
  });
});
