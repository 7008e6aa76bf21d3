/** The catalog as the draft would make it, for whoever composes conditions over it. */
import type { CatalogData, Entity, Field, FieldType } from '@/catalog/types';
import type { EntityView } from '../state/views';
import { targetsOf } from './fields';
import { type ChoiceDoc, type ChoiceSetDoc, type FieldDoc, labelOf, type Language } from './types';

const OPERATIONS = { read: true, create: true, update: true, delete: true };

/** Puts the entities of the draft in the place of the published ones; what is not published yet has its labels too. */
export function draftCatalog(published: CatalogData, views: EntityView[], sets: ChoiceSetDoc[], language: Language): CatalogData {
  const known = new Map(published.entities.map((entity) => [entity.name, entity]));
  const attributes = published.entities.find((entity) => entity.name === 'user')?.fields.filter((field) => field.system && ATTRIBUTES.has(field.name)) ?? [];
  const choicesOf = (field: FieldDoc) => (field.choices ?? sets.find((set) => set.name === field.choice_set)?.choices)?.map((choice: ChoiceDoc) => ({ value: choice.value, label: labelOf({ name: choice.value, label: choice.label }, language), color: choice.color }));
  const fieldOf = (field: FieldDoc): Field => ({
    id: field.id ?? field.name, name: field.name, label: labelOf(field, language), type: field.type as FieldType, required: field.required, target: field.target ?? (field.type === 'user' ? 'user' : null),
    targets: field.targets, inverse: field.inverse ?? null, choices: choicesOf(field), currency: field.currency, scale: field.scale, precision: field.precision, read_only: field.formula ? true : undefined,
  });
  const entities = views.map((view): Entity => {
    const before = known.get(view.published?.name ?? view.name);
    const own = (view.doc.fields ?? []).map(fieldOf);
    const rest = view.system ? (before?.fields.filter((field) => field.type !== 'inverse' && !own.some((one) => one.name === field.name)) ?? []) : attributes;
    const entity = before ?? { id: view.doc.id ?? view.name, operations: OPERATIONS, plural: view.label };
    return { ...entity, name: view.name, label: view.label, icon: view.icon, title: view.doc.title ?? before?.title, system: view.system, operations: OPERATIONS, fields: [...own, ...rest] };
  });
  const byName = new Map(entities.map((entity) => [entity.name, entity]));
  for (const view of views) {
    for (const field of view.doc.fields ?? []) {
      if (!field.inverse || !['link', 'links', 'any_link'].includes(field.type)) continue;
      for (const target of targetsOf(field).flatMap((name) => byName.get(name) ?? [])) {
        if (target.fields.some((one) => one.name === field.inverse)) continue;
        const label = known.get(target.name)?.fields.find((one) => one.name === field.inverse)?.label ?? labelOf({ name: view.name, label: view.doc.plural }, language);
        target.fields.push({ id: `${view.name}.${field.name}~`, name: field.inverse, label, type: 'inverse', target: view.name, inverse: field.name });
      }
    }
  }
  return { ...published, entities };
}

const ATTRIBUTES = new Set(['id', 'owner', 'created_at', 'created_by', 'updated_at', 'updated_by', 'version']);
