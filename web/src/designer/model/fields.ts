/** Edits of an entity's fields: each takes a document and gives a new one. */
import { keysOf, WRITTEN } from './fieldTypes';
import { firstChoice, guessType, startOf } from './guess';
import { nameFromLabel, newId, uniqueName } from './naming';
import type { EntityDoc, FieldDoc, Label, Language } from './types';

const fieldsOf = (doc: EntityDoc): FieldDoc[] => doc.fields ?? [];

/** Adds a field with this label at the end (or after another field), its type guessed by its words. */
export function addField(
  doc: EntityDoc,
  label: Label,
  options: { language: Language; entities?: EntityDoc[]; taken?: string[]; type?: string; after?: string } = { language: 'en' },
): { doc: EntityDoc; field: FieldDoc } {
  const text = label.en || label.ru || '';
  const guess = options.type ? { type: options.type } : guessType(label[options.language] ?? text, options.entities);
  const name = uniqueName(nameFromLabel(text), [...fieldsOf(doc).map((field) => field.name), ...(options.taken ?? [])]);
  const field = withInverse({ id: newId(), name, label, ...startOf(guess) } as FieldDoc, doc, options.entities ?? []);
  const fields = [...fieldsOf(doc)];
  const at = options.after === undefined ? -1 : fields.findIndex((other) => other.id === options.after);
  fields.splice(at < 0 ? fields.length : at + 1, 0, field);
  return { doc: { ...doc, fields }, field };
}

/** Entities that a field leads to. */
export const targetsOf = (field: FieldDoc): string[] => (field.type === 'any_link' ? (field.targets ?? []) : field.target ? [field.target] : []);

/** Gives a link the name under which the far side, each of them, sees these records, when it has none. */
export function withInverse(field: FieldDoc, doc: EntityDoc, entities: EntityDoc[]): FieldDoc {
  const targets = targetsOf(field);
  if (!['link', 'links', 'any_link'].includes(field.type) || targets.length === 0 || field.inverse) return field;
  const far = entities.filter((entity) => targets.includes(entity.name)).flatMap((entity) => entity.fields ?? []);
  const others = entities.flatMap((entity) => (entity.fields ?? []).filter((one) => one.id !== field.id && one.inverse && one.type !== 'children' && targetsOf(one).some((name) => targets.includes(name))));
  const taken = [...far.map((one) => one.name), ...others.map((one) => one.inverse!)];
  return { ...field, inverse: uniqueName(nameFromLabel(doc.plural?.en || `${doc.name}s`), taken) };
}

/** Changes keys of one field; a key set to `undefined` goes. */
export function patchField(doc: EntityDoc, id: string, patch: Partial<FieldDoc>): EntityDoc {
  const before = fieldsOf(doc).find((field) => field.id === id);
  if (!before) return doc;
  const merged = { ...before, ...patch } as FieldDoc;
  const typed = patch.type && patch.type !== before.type ? retype(merged) : merged;
  const after = typed.formula ? withoutKeys(typed, WRITTEN) : typed;
  const next = { ...doc, fields: fieldsOf(doc).map((field) => (field.id === id ? clean(after) : field)) };
  return patch.name && patch.name !== before.name ? renameWithin(next, before.name, patch.name) : next;
}

const withoutKeys = (field: FieldDoc, keys: string[]): FieldDoc => Object.fromEntries(Object.entries(field).filter(([key]) => !keys.includes(key))) as unknown as FieldDoc;

function clean(field: FieldDoc): FieldDoc {
  return Object.fromEntries(Object.entries(field).filter(([, value]) => value !== undefined)) as unknown as FieldDoc;
}

/** Drops what the new type does not know; the default goes too, as it was a value of the old type. */
function retype(field: FieldDoc): FieldDoc {
  const keys = keysOf(field.type);
  const kept = Object.fromEntries(Object.entries(field).filter(([key]) => keys.has(key) && key !== 'default')) as unknown as FieldDoc;
  if ((field.type === 'choice' || field.type === 'multi_choice') && !kept.choices && !kept.choice_set) kept.choices = [firstChoice()];
  return kept;
}

/** Follows a new name of a field inside its own document. */
function renameWithin(doc: EntityDoc, from: string, to: string): EntityDoc {
  const swap = (name: string) => (name === from ? to : name);
  const next: EntityDoc = { ...doc };
  if (doc.title) next.title = swap(doc.title);
  if (doc.unique) next.unique = doc.unique.map((names) => names.map(swap));
  if (doc.indexes) next.indexes = doc.indexes.map((names) => names.map(swap));
  if (doc.rules) next.rules = doc.rules.map((rule) => ({ ...rule, when: rule.when.replace(wordOf(from), to) }));
  const follow = (text: string) => text.replace(wordOf(from), to);
  next.fields = doc.fields?.map((field) => ({
    ...field,
    ...(field.formula && { formula: { ...field.formula, expression: follow(field.formula.expression) } }),
    ...(field.sequence && { sequence: follow(field.sequence) }),
  }));
  return next;
}

/** The name as a whole word that does not follow a dot: a field of this record, not of a related one. */
const wordOf = (name: string): RegExp => new RegExp(`(?<![.\\w"])${name}(?![\\w"])`, 'g');

/** Moves a field to another place in the order. */
export function moveField(doc: EntityDoc, id: string, to: number): EntityDoc {
  const fields = [...fieldsOf(doc)];
  const from = fields.findIndex((field) => field.id === id);
  if (from < 0) return doc;
  const field = fields.splice(from, 1)[0]!;
  fields.splice(Math.max(0, Math.min(to, fields.length)), 0, field);
  return { ...doc, fields };
}

/** Puts the fields into the order of these identities. */
export function orderFields(doc: EntityDoc, ids: string[]): EntityDoc {
  const place = new Map(ids.map((id, index) => [id, index]));
  const fields = [...fieldsOf(doc)].sort((a, b) => (place.get(a.id ?? '') ?? 1e9) - (place.get(b.id ?? '') ?? 1e9));
  return { ...doc, fields };
}

/** Copies a field below itself, under another name and with new identities. */
export function duplicateField(doc: EntityDoc, id: string, words: Record<Language, string>): { doc: EntityDoc; field?: FieldDoc } {
  const source = fieldsOf(doc).find((field) => field.id === id);
  if (!source) return { doc };
  const label: Label = {};
  for (const language of ['en', 'ru'] as const) if (source.label?.[language]) label[language] = `${source.label[language]} ${words[language]}`;
  const field: FieldDoc = {
    ...structuredClone(source),
    id: newId(),
    name: uniqueName(`${source.name.slice(0, 43)}_copy`, fieldsOf(doc).map((other) => other.name)),
    label,
  };
  delete field.inverse;
  if (field.choices) field.choices = field.choices.map((choice) => ({ ...choice, id: newId() }));
  const fields = [...fieldsOf(doc)];
  fields.splice(fields.indexOf(source) + 1, 0, field);
  return { doc: { ...doc, fields }, field };
}

/** Takes a field out, and out of the keys, indexes and title that name it. */
export function removeField(doc: EntityDoc, id: string): EntityDoc {
  const gone = fieldsOf(doc).find((field) => field.id === id);
  if (!gone) return doc;
  const next: EntityDoc = { ...doc, fields: fieldsOf(doc).filter((field) => field.id !== id) };
  if (doc.title === gone.name) delete next.title;
  for (const key of ['unique', 'indexes'] as const) {
    const sets = doc[key]?.filter((names) => !names.includes(gone.name));
    if (sets) next[key] = sets;
  }
  return next;
}

/** Puts a removed field back where the published document has it. */
export function restoreField(doc: EntityDoc, published: EntityDoc, id: string): EntityDoc {
  const source = fieldsOf(published).findIndex((field) => field.id === id);
  if (source < 0 || fieldsOf(doc).some((field) => field.id === id)) return doc;
  const field = structuredClone(fieldsOf(published)[source]!);
  const before = fieldsOf(published).slice(0, source).map((other) => other.id);
  const fields = [...fieldsOf(doc)];
  const at = fields.reduce((place, other, index) => (before.includes(other.id) ? index + 1 : place), 0);
  fields.splice(at, 0, { ...field, name: uniqueName(field.name, fields.map((other) => other.name)) });
  const next: EntityDoc = { ...doc, fields };
  if (!doc.title && published.title === field.name) next.title = field.name;
  for (const key of ['unique', 'indexes'] as const) {
    const lost = published[key]?.filter((names) => names.includes(field.name) && !doc[key]?.some((other) => other.join() === names.join()));
    if (lost?.length) next[key] = [...(doc[key] ?? []), ...lost];
  }
  return next;
}
