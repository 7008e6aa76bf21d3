import { ownFields, stageField, targetOf } from '@/catalog/catalog';
import type { Entity } from '@/catalog/types';
import { groupFields } from '../kanban/plain';
import type { Layout } from '../layout/model';

/** Fields at which records can begin: own ones before those that the platform keeps. */
export const startFields = (entity: Entity) => {
  const dated = entity.fields.filter((field) => field.type === 'date' || field.type === 'datetime');
  return [...dated.filter((field) => !field.system), ...dated.filter((field) => field.system && field.name !== 'deleted_at')];
};
export const colorFields = (entity: Entity) => ownFields(entity).filter((field) => field.type === 'choice');

/** By what records lie in time where it is not said: the first date that people keep, coloured by the stage. */
export function plainDates(entity: Entity, layout: Layout): Layout {
  if (layout.start) return layout;
  const [first] = startFields(entity);
  const color = layout.color_by ?? (stageField(entity) ?? colorFields(entity)[0])?.name;
  return { ...layout, start: first?.name, color_by: color };
}

/** By whom records are planned where it is not said: people, else the first link, else what a board stands by. */
export function plainPlan(entity: Entity, layout: Layout): Layout {
  if (layout.group_by && layout.start) return layout;
  const all = groupFields(entity);
  const by = all.find((field) => targetOf(field) === 'user' && !field.system) ?? all.find((field) => field.type === 'link' && !field.system) ?? all.find((field) => field.name === 'owner') ?? all[0];
  return { ...plainDates(entity, layout), group_by: layout.form === 'kanban' ? by?.name : (layout.group_by ?? by?.name) };
}
