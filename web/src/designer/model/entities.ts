/** New documents. */
import { nameFromLabel, newId, uniqueName } from './naming';
import type { ApplicationDoc, ChoiceSetDoc, EntityDoc, Label, RoleDoc } from './types';

const trimmed = (label: Label): Label => Object.fromEntries(Object.entries(label).map(([language, text]) => [language, text?.trim()]).filter(([, text]) => text));

/** A name for a document with this label, unlike all taken ones. */
export const documentName = (label: Label, taken: string[], fallback: string): string => uniqueName(nameFromLabel(label.en || label.ru || '', fallback), taken);

/** An entity with a title, as a record needs a name for people. */
export function newEntity(label: Label, plural: Label, icon: string, taken: string[]): EntityDoc {
  const one = trimmed(label);
  const many = trimmed(plural);
  return {
    kind: 'entity', id: newId(), name: documentName(one, taken, 'entity'), label: one, plural: { ...one, ...many }, icon, title: 'title',
    fields: [{ id: newId(), name: 'title', type: 'text', label: { en: 'Title', ru: 'Название' }, required: true, searchable: true, max_length: 200 }],
  };
}

export const newChoiceSet = (label: Label, taken: string[]): ChoiceSetDoc => ({
  kind: 'choice_set', id: newId(), name: documentName(label, taken, 'choices'), label, choices: [{ id: newId(), value: 'first', label: { en: 'First', ru: 'Первое' }, color: 'blue' }],
});

export const newApplication = (label: Label, taken: string[]): ApplicationDoc => ({ kind: 'application', id: newId(), name: documentName(label, taken, 'application'), label, icon: 'apps', sections: [{ items: [] }] });

export const newRole = (label: Label, taken: string[]): RoleDoc => ({ kind: 'role', id: newId(), name: documentName(label, taken, 'role'), label, rights: ['use'], entities: {} });
