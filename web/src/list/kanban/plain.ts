import { isToOne, ownFields, stageField } from '@/catalog/catalog';
import type { Entity, Field } from '@/catalog/types';
import type { Layout } from '../layout/model';

export const groups = (field: Field) => ['choice', 'boolean'].includes(field.type) || (isToOne(field) && !field.write_only);
const addsUp = (field: Field) => ['integer', 'decimal', 'money'].includes(field.type);

/** Fields by which columns and lanes can stand. */
export const groupFields = (entity: Entity) => entity.fields.filter((field) => groups(field) && field.type !== 'inverse' && !['created_by', 'updated_by'].includes(field.name));
export const totalFields = (entity: Entity) => ownFields(entity).filter(addsUp);

/** By what the columns of a board stand whose view does not say it: the stage, else the first choice. */
export function firstGroup(entity: Entity): string | undefined {
  const all = groupFields(entity);
  return (stageField(entity) ?? all.find((field) => field.type === 'choice') ?? all.find((field) => !field.system) ?? all[0])?.name;
}

const firstTotal = (entity: Entity) => ownFields(entity).find((field) => field.type === 'money')?.name;

/** What a board shows that has just been chosen. */
export const plainBoard = (entity: Entity, layout: Layout): Layout => (layout.group_by ? { ...layout, form: 'kanban' } : { ...layout, form: 'kanban', group_by: firstGroup(entity), total: firstTotal(entity) });
