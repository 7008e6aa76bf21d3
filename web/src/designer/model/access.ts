/** What a role grants on an entity, and edits of it. */
import { newId, uniqueName } from './naming';
import type { FieldPermission, Operation, PermissionDoc, PermissionsDoc, Right, RoleDoc } from './types';
import { OPERATIONS } from './types';

export const OTHERWISE = '*';

export type State = 'always' | 'condition' | 'never';

/** How far an operation is open. */
export const stateOf = (permission: PermissionDoc | undefined): State => (permission === true ? 'always' : typeof permission === 'string' ? 'condition' : 'never');

/** What the role says of the entity: its own row, else the default row. */
export function granted(role: RoleDoc, entity: string): { operations: PermissionsDoc; inherited: boolean } {
  const own = role.entities?.[entity];
  if (own) return { operations: own, inherited: false };
  return { operations: role.entities?.[OTHERWISE] ?? {}, inherited: entity !== OTHERWISE };
}

/** Writes a row down; the first change of an inherited row writes the whole row. */
const put = (role: RoleDoc, entity: string, row: PermissionsDoc): RoleDoc => ({ ...role, entities: { ...role.entities, [entity]: row } });

/** What can be done with the rows of a dataset: nobody writes them. */
const READING: readonly Operation[] = ['read', 'export'];

/** The operations that there are on what is read, or read and written. */
export const operationsOf = (isDataset: boolean | undefined): readonly Operation[] => (isDataset ? READING : OPERATIONS);

/** Opens or closes one operation. Who reads nothing does nothing; who does something reads at least as much. */
export function permit(role: RoleDoc, entity: string, operation: Operation, permission: PermissionDoc): RoleDoc {
  const row: PermissionsDoc = { ...granted(role, entity).operations };
  if (permission === false) delete row[operation];
  else row[operation] = permission;
  if (operation === 'read' && permission === false) for (const one of OPERATIONS) delete row[one];
  if (operation !== 'read' && permission !== false && row.read === undefined) row.read = permission;
  return put(role, entity, row);
}

/** Says what may be done with a field; nothing said is as the record. */
export function permitField(role: RoleDoc, entity: string, field: string, permission: FieldPermission | undefined): RoleDoc {
  const row = granted(role, entity).operations;
  const fields = { ...row.fields };
  if (permission === undefined) delete fields[field];
  else fields[field] = permission;
  const { fields: _, ...rest } = row;
  return put(role, entity, Object.keys(fields).length ? { ...rest, fields } : rest);
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

/** The same role under another name, for people of its own. */
export function copyRole(role: RoleDoc, taken: string[], words: { en: string; ru: string }): RoleDoc {
  const label = Object.fromEntries(Object.entries(role.label ?? {}).map(([language, text]) => [language, `${text} (${language === 'ru' ? words.ru : words.en})`]));
  return { ...structuredClone(role), id: newId(), name: uniqueName(role.name, taken), label };
}

/** Conditions that most roles need, by the word of their text. */
export const READY: Record<string, string> = {
  mine: 'owner == user',
  team: 'owner.teams.any(|t| t in user.teams)',
  branch: 'owner.teams.any(|t| t.above.any(|a| a in user.teams))',
  made: 'created_by == user',
};

/** The word of a ready condition; a hand-written one has none. */
export const readyOf = (text: string): string | undefined => Object.keys(READY).find((word) => READY[word] === text.trim());
