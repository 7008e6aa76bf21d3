import i18next from 'i18next';
import { type Catalog, isComposed, ownFields } from '@/catalog/catalog';
import type { Entity, Field } from '@/catalog/types';
import { isWritable } from '@/fields/mapping';
import { LETTERS_TAB, lettersOf } from '../related';
import { isWide, sectionsOf } from '../sections';
import { lineOwners } from '../lines';
import type { Component, FormLayout, FormTab, Variant } from './types';

const CARD: Variant[] = ['edit', 'phone'];
const NEW: Variant[] = ['create', 'quick'];

/** Fields of a section of two columns; what needs the room has the whole row. */
const fieldsOf = (fields: Field[], variants: Variant[]): Component[] => fields.map((field) => ({ type: 'field', path: field.name, span: isWide(field) ? 2 : 1, in: variants }));

function section(name: string, label: string | null, fields: Field[], variants: Variant[], collapsed = false): Component[] {
  return fields.length ? [{ type: 'section', name, label, collapsed, columns: 2, in: variants, components: fieldsOf(fields, variants) }] : [];
}

/** The form of an entity for which none is drawn: own fields in their order, lines, files, what points here as tabs, who made it, and what was changed. */
export function generatedForm(catalog: Catalog, entity: Entity): FormLayout {
  const t = (key: string) => i18next.t(key);
  const sections = sectionsOf(entity);
  const own = ownFields(entity).filter((field) => field.type !== 'children');
  const fillable = lineOwners(catalog, entity);
  const lines = [...new Set([...sections.lines, ...fillable])];
  const history = (variants: Variant[]): FormTab[] => (isComposed(entity) ? [] : [{ name: 'history', label: t('work:card.history'), in: variants, components: [{ type: 'history', in: variants }] }]);
  const related = [...sections.related, ...lettersOf(catalog, entity)].map((field): FormTab => ({
    name: field.name, label: field.label, in: CARD, components: [field.name === LETTERS_TAB ? { type: 'letters', in: CARD } : { type: 'related', path: field.name, in: CARD }],
  }));
  const main: FormTab = {
    name: 'main', label: t('work:card.main'), in: [...CARD, ...NEW], components: [
      ...section('fields', entity.label, sections.main, ['edit']),
      ...section('rows', null, [...sections.main, ...sections.files], ['phone']),
      ...section('new', null, own.filter((field) => isWritable(field) || field.formula), NEW),
      ...lines.map((field): Component => ({ type: 'lines', path: field.name, in: fillable.includes(field) ? [...CARD, ...NEW] : CARD })),
      ...section('files', t('work:card.files'), sections.files, ['edit']),
      ...section('about', t('work:card.about'), sections.system, ['edit'], true),
    ],
  };
  // On a phone what happened comes before the many tabs of what points here.
  return { name: '', label: entity.label, tabs: [main, ...history(['phone']), ...related, ...history(['edit'])], side: history(['edit']).flatMap((tab) => tab.components), reads: [] };
}

const made = new WeakMap<Catalog, Map<string, FormLayout>>();

/** The form of an entity for the reader: the one drawn for them, else the generated one. */
export function formOf(catalog: Catalog, entity: Entity): FormLayout {
  if (entity.form) return entity.form;
  const kept = made.get(catalog) ?? new Map<string, FormLayout>();
  made.set(catalog, kept);
  const key = `${entity.name} ${i18next.language}`;
  const found = kept.get(key) ?? generatedForm(catalog, entity);
  kept.set(key, found);
  return found;
}
