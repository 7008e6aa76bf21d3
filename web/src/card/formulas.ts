import type { Catalog } from '@/catalog/catalog';
import type { Entity, Field } from '@/catalog/types';
import { type Context, evaluate, type Node, NotHere, write } from '@/expression/evaluate';
import { Unread } from '@/fields/unread';

type Values = Record<string, unknown>;

/** What was gathered of each catalog: a form asks at every key. */
const gathered = new WeakMap<Catalog, { formula: Context['formula'] }>();

/** Gives what calculates a field of the catalog. */
export function formulasOf(catalog: Catalog): Context['formula'] {
  const known = gathered.get(catalog) ?? { formula: gather(catalog) };
  gathered.set(catalog, known);
  return known.formula;
}

function gather(catalog: Catalog): Context['formula'] {
  const found = new Map<string, Node>();
  for (const entity of catalog.data.entities) for (const field of entity.fields) if (field.formula) found.set(`${entity.id}/${field.id}`, field.formula as Node);
  return found.size ? (field) => found.get(`${field.entity}/${field.id}`) : undefined;
}

/**
 * The values of a form with what is calculated from them, its lines included; lines that are not whole yet count as they stand.
 * What needs a record that is not here stays as it was read.
 */
export function calculate<T extends Values>(catalog: Catalog, entity: Entity, values: T, begun: Record<string, Values[]>, world: Omit<Context, 'record'>): T {
  if (!world.formula) return values;
  const next: Values = { ...values };
  const whole: Values = { ...values };
  const lines = new Set<Values>();
  for (const field of entity.fields.filter((one) => one.type === 'children' && (Array.isArray(values[one.name]) || begun[one.name]))) {
    const target = catalog.entity(field.target);
    if (!target) continue;
    const counted = (part: Values[]) => part.map((line) => filled(target.fields, line, world));
    const kept = counted((values[field.name] as Values[] | null | undefined) ?? []);
    if (field.name in values) next[field.name] = kept;
    whole[field.name] = [...kept, ...counted(begun[field.name] ?? [])];
    for (const line of whole[field.name] as Values[]) lines.add(line);
  }
  return { ...next, ...calculatedIn(entity.fields, whole, { ...world, lines }) } as T;
}

/** A line with what is calculated from its own values. */
export const filled = (fields: Field[], line: Values, world: Omit<Context, 'record'>): Values => ({ ...line, ...calculatedIn(fields, line, world) });

function calculatedIn(fields: Field[], record: Values, world: Omit<Context, 'record'>): Values {
  const found: Values = {};
  const calculated = fields.filter((field) => field.formula);
  if (!calculated.length) return found;
  // What cannot be read is no value.
  const read = Object.fromEntries(Object.entries(record).map(([name, value]) => [name, value instanceof Unread ? null : value]));
  for (const field of calculated) {
    const formula = field.formula as Node;
    try {
      found[field.name] = write(evaluate(formula, { ...world, record: read }), formula.type);
    } catch (error) {
      if (!(error instanceof NotHere)) throw error;
    }
  }
  return found;
}
