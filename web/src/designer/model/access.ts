/** What a role grants on an entity, and edits of it. */
import type { Operation, OperationsDoc, Right, RoleDoc } from './types';
import { OPERATIONS } from './types';

export const OTHERWISE = '*';

/** What the role says of the entity: its own row, else the default row. */
export function granted(role: RoleDoc, entity: string): { operations: OperationsDoc; inherited: boolean } {
  const own = role.entities?.[entity];
  if (own) return { operations: own, inherited: false };
  return { operations: role.entities?.[OTHERWISE] ?? {}, inherited: entity !== OTHERWISE };
}

/** Turns one operation on or off; the first change of an inherited row writes the whole row down. */
export function toggle(role: RoleDoc, entity: string, operation: Operation): RoleDoc {
  const { operations } = granted(role, entity);
  const row: OperationsDoc = {};
  for (const one of OPERATIONS) {
    const value = one === operation ? !operations[one] : Boolean(operations[one]);
    if (value) row[one] = true;
  }
  if (!row.read && operation === 'read') for (const one of OPERATIONS) delete row[one];
  if (row[operation] && operation !== 'read') row.read = true;
  return { ...role, entities: { ...role.entities, [entity]: row } };
}

/** Makes the entity follow the default row again. */
export function inherit(role: RoleDoc, entity: string): RoleDoc {
  const entities = { ...role.entities };
  delete entities[entity];
  return { ...role, entities };
}

export function toggleRight(role: RoleDoc, right: Right): RoleDoc {
  const rights = role.rights ?? [];
  return { ...role, rights: rights.includes(right) ? rights.filter((one) => one !== right) : [...rights, right] };
}
