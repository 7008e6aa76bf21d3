import { describe, expect, it } from 'vitest';
import { planRows } from '../model/plan';
import type { Doc, EntityDoc, FieldDoc, Plan, Problem, RoleDoc, Step } from '../model/types';

const field = (id: string, label: string, more: Partial<FieldDoc> = {}): FieldDoc => ({ id, name: id, type: 'text', label: { en: label }, ...more });
const contract = (...fields: FieldDoc[]): EntityDoc => ({ kind: 'entity', id: 'c', name: 'contract', label: { en: 'Contract' }, fields });
const step = (code: string, summary: string, more: Partial<Step> = {}): Step => ({ code, summary, sql: [], destructive: false, rows_affected: 0, class: 'safe', document: 'entity/contract', ...more });
const warning = (code: string, message: string, more: Partial<Problem> = {}): Problem => ({ code, message, path: '', document: 'entity/contract', severity: 'warning', ...more });
const map = (...docs: Doc[]) => new Map(docs.map((doc) => [`${doc.kind}/${doc.name}`, doc]));
const plan = (steps: Step[], warnings: Problem[] = []): Plan => ({ base_revision: 1, plan_id: 'p', steps, warnings });

describe('rows of a plan', () => {
  const before = contract(field('a', 'Signed on'), field('b', 'Client'), field('w', 'Website'));
  const after = contract(field('a', 'Signed'), field('b', 'Client', { type: 'integer' }));
  const hide = step('plan.hide_field', 'Hide the field “Contract › Website”; its values stay', { class: 'hides', destructive: true });
  const convert = step('plan.convert_field', 'Change the type of “Contract › Client” from text to whole number', { class: 'rewrites', rows_affected: 5 });

  it('are the differences, each with the step and the warnings about it', () => {
    const lost = warning('migration.not_convertible', '“Contract › Client”: 3 values would not convert');
    const { rows, apart } = planRows(plan([hide, convert], [lost]), ['entity/contract'], map(before), map(after), 'en');
    expect(rows.map((row) => [row.difference?.code, row.said, row.class, row.warnings])).toEqual([
      ['fieldRenamed', undefined, 'safe', []],
      ['fieldType', convert, 'rewrites', [lost]],
      ['fieldRemoved', hide, 'hides', []],
    ]);
    expect(apart).toEqual([]);
  });

  it('know a field by what it was called before, in Russian quotes too', () => {
    const renamed = contract(field('a', 'Signed on'), field('b', 'Buyer', { type: 'integer' }), field('w', 'Website'));
    const said = step('plan.convert_field', 'Изменить тип поля «Contract › Client»', { class: 'rewrites' });
    const { rows } = planRows(plan([said]), ['entity/contract'], map(before), map(renamed), 'ru');
    expect(rows.map((row) => [row.difference?.code, row.said === said])).toEqual([['fieldRenamed', false], ['fieldType', true]]);
  });

  it('tell a warning about the whole entity once, beside the rows', () => {
    const wide = warning('migration.duplicates', '“Contract”: 2 records share their values');
    const { rows, apart } = planRows(plan([hide, convert], [wide]), ['entity/contract'], map(before), map(after), 'en');
    expect(rows.flatMap((row) => row.warnings)).toEqual([]);
    expect(apart).toEqual([wide]);
  });

  it('tell it under the only row of the document', () => {
    const role = (read: boolean): RoleDoc => ({ kind: 'role', id: 'r', name: 'sales', entities: { contract: { read } } });
    const change = step('plan.change_document', 'Change “Sales” (role)', { document: 'role/sales' });
    const wider = warning('plan.widens_access', 'People with the role “Sales” may do more', { document: 'role/sales' });
    const { rows } = planRows(plan([change], [wider]), ['role/sales'], map(role(false)), map(role(true)), 'en');
    expect(rows.map((row) => [row.difference?.code, row.said, row.steps, row.warnings])).toEqual([['given', undefined, [change], [wider]]]);
  });

  it('keep steps that follow from others in the rows of these, and give the rest a row', () => {
    const renamed = { ...before, name: 'deed' };
    const name = step('plan.rename_document', 'Change the technical name', { document: 'entity/deed' });
    const follow = step('plan.rewrite_reference', 'Write deed for contract', { document: 'role/sales' });
    const other = step('plan.something', 'Something else', { document: 'role/other' });
    const { rows } = planRows(plan([name, follow, other]), ['entity/deed'], new Map([['entity/deed', before]]), map(renamed), 'en');
    expect(rows.map((row) => row.steps)).toEqual([[name, follow], [other]]);
    expect(rows.map((row) => row.said)).toEqual([name, other]);
  });

  it('are one for a document whose difference has no words', () => {
    const same = { ...before, note: 1 } as unknown as EntityDoc;
    expect(planRows(plan([]), ['entity/contract'], map(before), map(same), 'en').rows).toHaveLength(1);
  });
});
