import { type Catalog, isComposed, isToMany, isToOne } from '@/catalog/catalog';
import type { Entity, Field } from '@/catalog/types';
import type { Component, Condition, FormLayout, FormTab, RelatedComponent, Variant } from './types';

/** A path with the fields along it: of `company.deals` the company and its deals. */
export interface Way {
  /** The path to the record that the last field is of; empty for the record of the form. */
  before: string;
  fields: Field[];
  last: Field;
}

/** The fields along a path, where the reader has all of them. */
export function wayOf(catalog: Catalog, entity: Entity, path: string): Way | undefined {
  const fields = catalog.path(entity.name, path);
  const last = fields?.at(-1);
  return fields && last && { fields, last, before: fields.slice(0, -1).map((field) => field.name).join('.') };
}

/** What a value behind links is called: `Company › City`. */
export const labelOf = (way: Way) => way.fields.map((field) => field.label).join(' › ');

/** The record whose related ones a component shows, and by which field; its steps before the last lead to one each. */
export function relationOf(catalog: Catalog, entity: Entity, path: string): Way | undefined {
  const way = wayOf(catalog, entity, path);
  return way && isToMany(way.last) && way.fields.slice(0, -1).every(isToOne) ? way : undefined;
}

const partsOf = (component: Component): { components: Component[]; tabs: FormTab[] } =>
  ({ components: component.type === 'section' ? component.components : [], tabs: component.type === 'tabs' ? component.tabs : [] });

/** Every component of these, at any depth, with the tabs inside. */
export function everyOne(components: Component[]): (Component | FormTab)[] {
  return components.flatMap((component) => {
    const { components: inner, tabs } = partsOf(component);
    return [component, ...everyOne(inner), ...tabs.flatMap((tab) => [tab, ...everyOne(tab.components)])];
  });
}

/** Every component and tab of a form. */
export const everyPart = (layout: FormLayout): (Component | FormTab)[] => [...layout.tabs.flatMap((tab) => [tab, ...everyOne(tab.components)]), ...everyOne(layout.side ?? [])];

const isComponent = (part: Component | FormTab): part is Component => 'type' in part;

/** The names of the record's own fields that these components show in a variant. */
export function ownPaths(components: Component[], variant: Variant): string[] {
  return everyOne(components).flatMap((part) => (isComponent(part) && (part.type === 'field' || part.type === 'lines') && part.in.includes(variant) ? [part.path] : []));
}

/** Paths to be read beside the record: those the form names, and the records whose related ones stand behind links. */
export function pathsToRead(catalog: Catalog, entity: Entity, layout: FormLayout): string[] {
  const related = everyPart(layout).filter((part): part is RelatedComponent => isComponent(part) && part.type === 'related');
  const before = related.flatMap(({ path }) => relationOf(catalog, entity, path)?.before ?? []);
  return [...new Set([...layout.reads, ...before])].filter((path) => (catalog.path(entity.name, path)?.length ?? 0) > 1);
}

/** Conditions that only the database can tell, by their texts. */
export function askedConditions(layout: FormLayout): string[] {
  const conditions = everyPart(layout).flatMap((part): (Condition | null | undefined)[] => [part.show, ...(isComponent(part) && part.type === 'field' ? (part.style ?? []) : [])]);
  return [...new Set(conditions.flatMap((condition) => (condition && !condition.when ? [condition.text] : [])))];
}

/** What of a form a component can show here at all: a new record has nothing related yet, rows of a dataset have no past. */
export function isThere(catalog: Catalog, entity: Entity, component: Component, variant: Variant): boolean {
  const isSaved = variant === 'edit' || variant === 'phone';
  switch (component.type) {
    case 'field':
      return !!catalog.path(entity.name, component.path);
    case 'lines':
      return catalog.field(entity.name, component.path)?.type === 'children' && !!catalog.entity(catalog.field(entity.name, component.path)?.target);
    case 'related': {
      const way = relationOf(catalog, entity, component.path);
      return isSaved && !!way && !!catalog.entity(way.last.target);
    }
    case 'history':
      return isSaved && !isComposed(entity);
    case 'button':
      return isSaved && typeof component.button === 'object';
    case 'widget':
    case 'letters':
      return isSaved;
    default:
      return true;
  }
}

/** The names of the record's own fields that are to be seen now, with what their components stand in. */
export function pathsInSight(layout: FormLayout, { isShown, tabsShown }: { isShown: (component: Component) => boolean; tabsShown: (tabs: FormTab[]) => FormTab[] }): string[] {
  const walk = (components: Component[]): string[] => components.filter(isShown).flatMap((component) => {
    if (component.type === 'section') return walk(component.components);
    if (component.type === 'tabs') return tabsShown(component.tabs).flatMap((tab) => walk(tab.components));
    return component.type === 'field' || component.type === 'lines' ? [component.path] : [];
  });
  return [...tabsShown(layout.tabs).flatMap((tab) => walk(tab.components)), ...walk(layout.side ?? [])];
}
