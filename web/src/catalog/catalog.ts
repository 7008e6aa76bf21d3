import type { CatalogData, Entity, Field, FieldType } from './types';

const SYSTEM_ORDER = ['owner', 'created_at', 'created_by', 'updated_at', 'updated_by', 'id', 'version', 'deleted_at'];

/** The catalog with its entities and fields found by name. */
export class Catalog {
  readonly data: CatalogData;
  private readonly entities = new Map<string, Entity>();
  private readonly fields = new Map<string, Map<string, Field>>();

  constructor(data: CatalogData) {
    this.data = data;
    for (const entity of data.entities) {
      this.entities.set(entity.name, entity);
      this.fields.set(entity.name, new Map(entity.fields.map((field) => [field.name, field])));
    }
  }

  entity(name: string | null | undefined): Entity | undefined {
    return name ? this.entities.get(name) : undefined;
  }

  field(entity: string | null | undefined, name: string): Field | undefined {
    return entity ? this.fields.get(entity)?.get(name) : undefined;
  }

  /** The fields along a dotted path, or nothing when a step is unknown: of `subject.as_company.city` the subject as a link to a company, and the city. */
  path(entity: string, path: string): Field[] | undefined {
    const found: Field[] = [];
    let current: string | null | undefined = entity;
    for (const name of path.split('.')) {
      const narrowed = found.length ? this.narrowed(found.at(-1)!).find((one) => one.name.endsWith(`.${name}`)) : undefined;
      if (narrowed) {
        found[found.length - 1] = narrowed;
        current = narrowed.target;
        continue;
      }
      const field = this.field(current, name);
      if (!field) return undefined;
      found.push(field);
      current = targetOf(field);
    }
    return found;
  }

  /** A link to one of several entities as a link to each of them: `subject` as `subject.as_company`, `subject.as_deal`. */
  narrowed(field: Field): Field[] {
    if (field.type !== 'any_link') return [];
    return (field.targets ?? []).flatMap((target) => {
      const entity = this.entity(target);
      return entity ? [{ ...field, name: `${field.name}.as_${target}`, label: `${field.label}: ${entity.label}`, type: 'link' as const, target, read_only: true }] : [];
    });
  }
}

/** Entity a relation leads to; nothing for values. */
export function targetOf(field: Field): string | undefined {
  if (field.type === 'user') return 'user';
  if (field.type === 'file' || field.type === 'image') return undefined;
  return field.target ?? undefined;
}

const ONE: FieldType[] = ['link', 'user'];
const MANY: FieldType[] = ['links', 'children', 'inverse'];

/** Whether nobody writes its rows: those of a dataset, and what documents post to a register. They have no history and no owner. */
export const isComposed = (entity: Entity) => Boolean(entity.dataset || entity.register?.balances);
export const isToOne = (field: Field) => ONE.includes(field.type);
export const isToMany = (field: Field) => MANY.includes(field.type);
export const isNumeric = (field: Field) => ['integer', 'decimal', 'money', 'percent', 'rating'].includes(field.type);

/** The time zone in which it is today for the person: their own, else the workspace's. */
export const zoneOf = (catalog: CatalogData) => catalog.user.time_zone ?? catalog.workspace.time_zone ?? undefined;

/** Whether a field is what the product keeps of every record; what it writes itself (letters, the audit) has fields beside those. */
const isAttribute = (entity: Entity, field: Field) => !!field.system && !(entity.system && entity.read_only && !SYSTEM_ORDER.includes(field.name));

/** Fields of the entity's own document, in their order. */
export const ownFields = (entity: Entity) => entity.fields.filter((field) => !isAttribute(entity, field) && field.type !== 'inverse');

/** Relations that other entities have to this one. */
export const inverseFields = (entity: Entity) => entity.fields.filter((field) => field.type === 'inverse');

/** System attributes, the ones people ask for first. */
export const systemFields = (entity: Entity) =>
  entity.fields.filter((field) => isAttribute(entity, field) && field.type !== 'inverse').sort((a, b) => SYSTEM_ORDER.indexOf(a.name) - SYSTEM_ORDER.indexOf(b.name));

/** The field that names a record. */
export const titleField = (entity: Entity) => entity.fields.find((field) => field.name === entity.title);

/** The choice field that tells how far a record has come, when there is one. */
export const stageField = (entity: Entity) => ownFields(entity).find((field) => field.type === 'choice' && !field.calculated && ['stage', 'status', 'state'].includes(field.name));
