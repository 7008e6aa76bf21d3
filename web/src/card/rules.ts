import { zoneOf, type Catalog } from '@/catalog/catalog';
import type { Entity } from '@/catalog/types';
import { unreadIn } from '@/fields/unread';
import { formulasOf } from './formulas';
import { evaluateCondition, fieldsOf, type Context } from '@/expression/evaluate';

/** What expressions on a form see beside its record. */
export const world = (catalog: Catalog): Omit<Context, 'record'> => ({ user: catalog.data.user as unknown as Record<string, unknown>, timeZone: zoneOf(catalog.data), language: catalog.data.workspace.language, formula: formulasOf(catalog) });

/** Rules broken by what is on the form, at the first field each one reads. A rule that needs what is not here is the server's. */
export function brokenRules(entity: Entity, values: Record<string, unknown>, context: Omit<Context, 'record'>): Record<string, string> {
  const found: Record<string, string> = {};
  const unread = unreadIn(values);
  for (const rule of entity.rules ?? []) {
    if (fieldsOf(rule.when).some((name) => name in unread)) continue;
    let broken: boolean;
    try {
      broken = evaluateCondition(rule.when, { ...context, record: values });
    } catch {
      continue;
    }
    if (!broken) continue;
    // Nobody can mend a calculated value but through what it is made of.
    const names = fieldsOf(rule.when).flatMap((name) => {
      const formula = entity.fields.find((field) => field.name === name)?.formula;
      return formula ? fieldsOf(formula) : [name];
    });
    const place = names.find((name) => values[name] === null || values[name] === undefined || values[name] === '') ?? names[0] ?? '';
    found[place] ??= rule.message;
  }
  return found;
}
