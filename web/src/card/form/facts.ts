import type { Catalog } from '@/catalog/catalog';
import { isToOne } from '@/catalog/catalog';
import type { Entity, Reference } from '@/catalog/types';
import { Unread } from '@/fields/unread';

type Values = Record<string, unknown>;

/** A link of the record through which something is read: its field, the record it names now, and the paths behind it. */
export interface Gate {
  /** The step as a path has it: `company`, `subject.as_company`. */
  step: string;
  target: string;
  /** None where the link is empty. */
  id: string | null;
  rest: string[];
}

const idOf = (value: unknown) => (typeof value === 'object' && value !== null && 'id' in value ? String(value.id) : null);

/** The links that these paths go through, as they are on the form now, saved or not. */
export function gatesOf(catalog: Catalog, entity: Entity, paths: string[], values: Values): Gate[] {
  const gates = new Map<string, Gate>();
  for (const path of paths) {
    const first = catalog.path(entity.name, path)?.[0];
    if (!first || !isToOne(first) || !(first.target || first.type === 'user')) continue;
    const [name] = first.name.split('.');
    const value = values[name!] as Reference | null | undefined;
    const target = first.target ?? 'user';
    // A link to one of several is followed where it is one of this kind.
    const leads = first.name === name || value?.entity === target;
    const gate = gates.get(first.name) ?? { step: first.name, target, id: leads ? idOf(value) : null, rest: [] };
    gate.rest.push(path.slice(first.name.length + 1));
    gates.set(first.name, gate);
  }
  return [...gates.values()];
}

/** The record with what was read behind its links, nested as an expression reads it. */
export function withFacts(values: Values, facts: Values): Values {
  const whole: Values = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value instanceof Unread ? null : value]));
  for (const [path, value] of Object.entries(facts)) {
    // `subject.as_company.city` is the city of the subject.
    const steps = path.split('.');
    const last = steps.pop()!;
    let place: Values | null = whole;
    for (const step of steps) {
      if (step.startsWith('as_') && !(step in place)) continue;
      const inner: unknown = place[step];
      if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) {
        place = null;
        break;
      }
      place = place[step] = { ...(inner as Values) };
    }
    if (!place) continue;
    const known = place[last];
    place[last] = typeof known === 'object' && known !== null && typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...known, ...value } : value;
  }
  return whole;
}
