/** Owned lines: the entity that holds them and its link back to the parent. */
import { nameFromLabel, newId, uniqueName } from './naming';
import type { EntityDoc, FieldDoc, Label } from './types';

const BACK: Label = { en: 'Parent', ru: 'Карточка' };
/** What the lines are called in a language in which their field has no name. */
const LINES: Required<Label> = { en: 'lines', ru: 'строки' };

/** Points a `children` field at an entity (a new one when none is named), which gets a link back when it has none. */
export function linesFor(parent: EntityDoc, field: FieldDoc, target: string | undefined, entities: EntityDoc[]): { parent: EntityDoc; line: EntityDoc } {
  const existing = entities.find((entity) => entity.name === target);
  const line = existing ?? newLine(parent, field, entities.map((entity) => entity.name));
  const back = (line.fields ?? []).find((one) => one.type === 'link' && one.target === parent.name);
  const name = back?.name ?? uniqueName(parent.name, (line.fields ?? []).map((one) => one.name));
  const link: FieldDoc = { id: newId(), name, type: 'link', target: parent.name, label: parent.label ?? BACK, required: true, on_delete: 'cascade' };
  return {
    parent: { ...parent, fields: (parent.fields ?? []).map((one) => (one.id === field.id ? { ...one, target: line.name, inverse: name } : one)) },
    line: back ? line : { ...line, fields: [...(line.fields ?? []), link] },
  };
}

function newLine(parent: EntityDoc, field: FieldDoc, taken: string[]): EntityDoc {
  const words = (language: 'en' | 'ru') => {
    const whole = parent.label?.[language];
    const part = field.label?.[language];
    return whole ? `${whole}: ${(part || LINES[language]).toLowerCase()}` : part;
  };
  const label: Label = {};
  for (const language of ['en', 'ru'] as const) {
    const text = words(language);
    if (text) label[language] = text;
  }
  return {
    kind: 'entity', id: newId(), name: uniqueName(nameFromLabel(`${parent.name}_${field.name}`, 'line'), taken), label, plural: label, icon: 'list-details', title: 'title',
    fields: [{ id: newId(), name: 'title', type: 'text', label: { en: 'Title', ru: 'Название' }, required: true, max_length: 200 }],
  };
}
