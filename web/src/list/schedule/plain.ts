import { ownFields, stageField } from '@/catalog/catalog';
import type { Entity } from '@/catalog/types';
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
