import { describe, expect, it } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import type { Entity, Field } from '@/catalog/types';
import { copiedForm, everything, type FieldPart, type FormDoc, nodeAt, nodeOf, type SectionPart } from '../model/form';
import { aimIn } from '../forms/aim';
import { drawnForm, tabsAround } from '../forms/drawn';
import { diffDocs } from '../model/diff';
import { compared, formOf } from '../model/formCompare';
import { startedForm } from '../model/formStart';
import { duplicated, inserted, mayRemove, moved, nearTo, nextPlace, removed, stepped, takes } from '../model/formTree';
import { pathsOn, variantsOf } from '../model/formUse';
import { follow } from '../model/rename';
import { type EntityDoc, whole } from '../model/types';
import { usesOfEntity, usesOfField } from '../model/usage';

const field = (path: string, more: Partial<FieldPart> = {}): FieldPart => ({ type: 'field', path, ...more });
const section = (name: string, ...components: SectionPart['components']): SectionPart => ({ type: 'section', name, components });
const form = (): FormDoc => ({
  kind: 'form', name: 'deal_card', entity: 'deal',
  tabs: [
    { name: 'main', components: [section('deal', field('title'), field('amount'), field('company.city')), section('more', field('note')), { type: 'lines', path: 'items' }] },
    { name: 'activities', components: [{ type: 'related', path: 'activities' }] },
  ],
  side: [{ type: 'history' }],
});
const drawn = (doc: FormDoc) => everything(doc).map(({ at, node }) => `${at} ${'path' in node && node.path ? node.path : 'name' in node ? node.name : node.type}`);
const inTab = (doc: FormDoc, at = '/tabs/0/components') => drawn(doc).filter((one) => one.startsWith(`${at}/`)).map((one) => one.slice(at.length + 1));

describe('a tree of components', () => {
  it('is walked with pointers, and a mistake leads to the nearest of them', () => {
    expect(drawn(form()).slice(0, 3)).toEqual(['/tabs/0 main', '/tabs/0/components/0 deal', '/tabs/0/components/0/components/0 title']);
    expect(nodeOf(form(), '/tabs/0/components/0/components/1/style/0/when')).toBe('/tabs/0/components/0/components/1');
    expect([nodeOf(form(), '/side/0/filter'), nodeOf(form(), '/header/1'), nodeAt(form(), '/tabs/7')]).toEqual(['/side/0', undefined, undefined]);
  });

  it('moves within a list to before what stood there', () => {
    expect(inTab(moved(form(), '/tabs/0/components/0', '/tabs/0/components', 2)!.doc).filter((one) => !one.includes('/'))).toEqual(['0 more', '1 deal', '2 items']);
    expect(moved(form(), '/tabs/0/components/0', '/tabs/0/components', 1)).toBeUndefined();
  });

  it('moves into another list, whose pointer may change as the node goes', () => {
    const next = moved(form(), '/tabs/0/components/0', '/tabs/0/components/1/components', 1)!;
    expect(next.at).toBe('/tabs/0/components/0/components/1');
    expect(inTab(next.doc)).toEqual(['0 more', '0/components/0 note', '0/components/1 deal', '0/components/1/components/0 title', '0/components/1/components/1 amount', '0/components/1/components/2 company.city', '1 items']);
    expect(moved(form(), '/tabs/0/components/0', '/tabs/0/components/0/components', 0), 'into itself').toBeUndefined();
  });

  it('keeps tabs among tabs, tables out of the side, and the last tab', () => {
    const doc = form();
    expect([takes(doc, '/side', { type: 'lines', path: 'items' }), takes(doc, '/side', section('s', { type: 'lines', path: 'items' })), takes(doc, '/side', field('title'))]).toEqual([false, false, true]);
    expect([takes(doc, '/tabs', field('title')), takes(doc, '/tabs/0/components', { name: 't', components: [] }), takes(doc, '/tabs/0/components/2/components', field('title'))]).toEqual([false, false, false]);
    expect([mayRemove(doc, '/tabs/0'), mayRemove(removed(doc, '/tabs/1'), '/tabs/0')]).toEqual([true, false]);
    const deep = Array.from({ length: 7 }).reduce<SectionPart>((inner, _, at) => section(`s${at}`, inner), section('innermost'));
    expect(takes(doc, '/tabs/0/components', deep)).toBe(false);
  });

  it('goes by steps of the keys, out at the edges and into what stands beside', () => {
    const down = stepped(form(), '/tabs/0/components/0/components/2', 'down')!;
    expect(down.at).toBe('/tabs/0/components/1');
    const back = stepped(down.doc, down.at, 'in')!;
    expect(back.doc).toEqual(form());
    expect(stepped(form(), '/tabs/0/components/0/components/0', 'up')!.at).toBe('/tabs/0/components/0');
    expect(stepped(form(), '/tabs/0/components/0', 'up')).toBeUndefined();
    expect(stepped(form(), '/tabs/1', 'up')!.at).toBe('/tabs/0');
  });

  it('copies a section under new names and without the fields, which stand on a form once', () => {
    const doc = inserted(form(), '/tabs/0/components/0/components', 0, { type: 'text', name: 'hint', text: {} }).doc;
    const copy = duplicated(doc, '/tabs/0/components/0')!;
    expect(copy.at).toBe('/tabs/0/components/1');
    expect(nodeAt(copy.doc, copy.at)).toEqual(section('deal_2', { type: 'text', name: 'hint_2', text: {} }));
    expect(duplicated(doc, '/tabs/0/components/0/components/1')).toBeUndefined();
  });

  it('puts what is new into what is chosen, after it, or in the last open section', () => {
    expect(nextPlace(form(), '/tabs/0/components/0', field('x'))).toEqual({ list: '/tabs/0/components/0/components', index: 3 });
    expect(nextPlace(form(), '/tabs/0/components/0/components/0', field('x'))).toEqual({ list: '/tabs/0/components/0/components', index: 1 });
    expect(nextPlace(form(), undefined, field('x'))).toEqual({ list: '/tabs/0/components/1/components', index: 1 });
    expect(nextPlace(form(), '/side/0', { type: 'lines', path: 'x' })).toEqual({ list: '/tabs/0/components', index: 3 });
    expect(nextPlace(form(), '/tabs/1/components/0', { name: 't', components: [] })).toEqual({ list: '/tabs', index: 2 });
    expect([nearTo(form(), '/tabs/0/components/0/components/2'), nearTo(form(), '/tabs/0/components/1/components/0')]).toEqual(['/tabs/0/components/0/components/1', '/tabs/0/components/1']);
  });
});

describe('variants', () => {
  it('are inherited, and narrowed by all around', () => {
    const doc = form();
    const needed = (path: string) => path === 'title';
    expect(variantsOf(doc, '/tabs/0/components/0/components/0', needed)).toEqual(['edit', 'create', 'phone', 'quick']);
    expect(variantsOf(doc, '/tabs/0/components/0/components/1', needed)).toEqual(['edit', 'create', 'phone']);
    doc.tabs[0]!.components[0]!.in = ['edit', 'quick'];
    expect(variantsOf(doc, '/tabs/0/components/0/components/1', needed)).toEqual(['edit', 'quick']);
    (doc.tabs[0]!.components[0] as SectionPart).components[0]!.in = ['quick', 'phone'];
    expect(variantsOf(doc, '/tabs/0/components/0/components/0', needed)).toEqual(['quick']);
  });
});

describe('forms beside one another', () => {
  it('differ in what one of them has alone, what is elsewhere and what is set otherwise', () => {
    const other = form();
    const mine = copiedForm(other, ['deal_card'], { en: 'Deal for sales' }, ['sales']);
    expect(compared(mine, other)).toEqual([]);
    expect(mine.name).toBe('deal_for_sales');
    let doc = moved(mine, '/tabs/0/components/0/components/1', '/tabs/0/components/1/components', 0)!.doc;
    doc = removed(doc, '/tabs/1');
    doc = inserted(doc, '/tabs/0/components', 0, section('new', field('carrier'))).doc;
    doc = { ...doc, header: ['amount'] };
    (doc.tabs[0]!.components[1] as SectionPart).columns = 3;
    expect(compared(doc, other).map(({ what, at }) => `${what} ${at ?? ''}`)).toEqual(['added /tabs/0/components/0', 'changed /tabs/0/components/1', 'moved /tabs/0/components/2/components/0', 'missing /tabs/1', 'header ']);
  });

  it('are chosen by role, then order, then name', () => {
    const all: FormDoc[] = [{ ...form(), name: 'b' }, { ...form(), name: 'a' }, { ...form(), name: 's', roles: ['sales'], order: 5 }, { ...form(), name: 'z', roles: ['sales'] }];
    expect([formOf(all, 'deal', ['sales'])?.name, formOf(all, 'deal', ['viewer'])?.name, formOf(all, 'company', [])?.name]).toEqual(['z', 'a', undefined]);
  });
});

describe('the start', () => {
  const own = (name: string, type: Field['type'], more: Partial<Field> = {}): Field => ({ id: name, name, label: name, type, ...more });
  const entity: Entity = {
    id: 'd', name: 'deal', label: 'Deal', plural: 'Deals', title: 'title', operations: { read: true, create: true, update: true, delete: true } as Entity['operations'],
    fields: [own('title', 'text'), own('stage', 'choice'), own('note', 'long_text'), own('items', 'children', { target: 'deal_item' }), own('scan', 'file'), own('activities', 'inverse', { target: 'activity' }), own('owner', 'user', { system: true }), own('created_at', 'datetime', { system: true })],
  };
  const doc = { kind: 'entity', name: 'deal', label: { en: 'Deal', ru: 'Сделка' } } as EntityDoc;

  it('is the card as people know it', () => {
    const made = startedForm({ entity, doc, language: 'en' }, () => ({ en: 'Activities' }));
    expect(inTab({ ...form(), ...made })).toEqual(['0 record', '0/components/0 title', '0/components/1 stage', '0/components/2 owner', '0/components/3 note', '1 items', '2 files', '2/components/0 scan', '3 about', '3/components/0 created_at']);
    expect(made.tabs[1]).toEqual({ name: 'activities', label: { en: 'Activities' }, components: [{ type: 'related', path: 'activities' }] });
    expect([made.stage, made.side, (made.tabs[0]!.components[0] as SectionPart).components[3]]).toEqual(['stage', [{ type: 'history' }], field('note', { span: 2 })]);
    expect([...pathsOn({ ...form(), ...made })]).toContain('items');
  });
});

describe('what is carried', () => {
  const frame = { left: 0, top: 0, width: 400, height: 200 };
  const cell = (index: number, left: number, top: number, width = 190) => ({ index, box: { left, top, width, height: 60 } });
  const grid = [cell(0, 0, 0), cell(1, 210, 0), cell(2, 0, 80, 400)];

  it('goes beside what shares its row, above or below all else, and into what is empty', () => {
    expect(aimIn(grid, frame, 150, 30)).toEqual({ index: 1, line: { left: 196, top: 0, width: 0, height: 60 } });
    expect(aimIn(grid, frame, 220, 30)).toMatchObject({ index: 1, line: { left: 204 } });
    expect(aimIn(grid, frame, 100, 90)).toEqual({ index: 2, line: { left: 0, top: 74, width: 400, height: 0 } });
    expect(aimIn(grid, frame, 100, 190)).toMatchObject({ index: 3, line: { top: 146 } });
    expect(aimIn([], frame, 5, 5)).toEqual({ index: 0, line: frame, isInto: true });
  });
});

describe('on the canvas', () => {
  const own = (name: string, more: Partial<Field> = {}): Field => ({ id: name, name, label: name, type: 'text', ...more });
  const entity = (name: string, ...fields: Field[]): Entity => ({ id: name, name, label: name, plural: name, operations: {} as Entity['operations'], fields });
  const catalog = new Catalog({ entities: [entity('deal', own('title', { required: true }), own('amount'), own('company', { type: 'link', target: 'company' })), entity('company', own('city'))] } as never);

  it('all is there with its place, whatever its condition says, and only known paths are read', () => {
    const doc = inserted(form(), '/tabs/0/components/0/components', 3, field('company.gone', { show: 'false' })).doc;
    const layout = drawnForm(doc, { language: 'en', catalog, published: catalog, measures: [], scripts: [], isWhole: true });
    const [drawnSection] = layout.tabs[0]!.components;
    expect(drawnSection).toMatchObject({ type: 'section', at: '/tabs/0/components/0', in: ['edit', 'create', 'quick', 'phone'] });
    expect(layout.tabs[1]!.in).toEqual(['edit', 'create', 'phone']);
    expect(drawnSection).toHaveProperty('components.0.in', ['edit', 'create', 'phone', 'quick']);
    expect(drawnSection).toHaveProperty('components.3', expect.not.objectContaining({ show: expect.anything() }));
    expect(layout.reads).toEqual(['company.city']);
    expect(tabsAround(doc, '/tabs/1/components/0')).toEqual([{ list: '/tabs', name: 'activities' }]);
  });
});

describe('forms among documents', () => {
  it('are told of as used, follow renamed entities, and their changes are worded', () => {
    const doc = form();
    doc.tabs[0]!.components.push({ type: 'widget', name: 'won', path: 'deals', widget: { type: 'indicator', measure: 'won' } });
    const deal: EntityDoc = { kind: 'entity', name: 'deal', fields: [{ id: 'a', name: 'amount', type: 'money' }, { id: 'd', name: 'deal', type: 'text' }] };
    const as = (uses: { as: string }[]) => uses.map((one) => one.as);
    expect(as(usesOfEntity('deal', [doc]))).toEqual(['form']);
    expect(as(usesOfField(deal, deal.fields![0]!, [doc]))).toEqual(['form']);
    expect(as(usesOfField({ kind: 'entity', name: 'company' }, { id: 'c', name: 'city', type: 'text' }, [doc]))).toEqual(['form']);
    expect(as(usesOfField({ ...deal, name: 'lead' }, deal.fields![0]!, [doc]))).toEqual([]);
    const renamed = follow(doc, new Map([['deal', 'order']]));
    expect([renamed.entity, follow(doc, new Map([['lead', 'x']])) === doc]).toEqual(['order', true]);
    expect(diffDocs(doc, moved(doc, '/tabs/0/components/0', '/tabs/0/components', 2)!.doc).map((one) => one.code)).toEqual(['form_order']);
    expect(diffDocs(doc, removed(doc, '/tabs/1')).map((one) => one.code)).toEqual(['form_missing']);
  });

  it('come back from the server with lists of nothing', () => {
    const bare = { ...form(), tabs: [{ name: 'main', components: [{ type: 'section', name: 'empty' }] }] } as unknown as FormDoc;
    expect(whole(bare).tabs[0]!.components[0]).toEqual(section('empty'));
  });
});
