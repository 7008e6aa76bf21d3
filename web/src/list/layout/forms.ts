import { type Icon, IconCalendarMonth, IconLayoutKanban, IconList, IconTimeline } from '@tabler/icons-react';
import { type ComponentType, lazy } from 'react';
import type { Entity, ViewType } from '@/catalog/types';
import { groupFields, plainBoard } from '../kanban/plain';
import { plainDates, plainPlan, startFields } from '../schedule/plain';
import type { ListChange, ListState } from '../state';
import type { Layout } from './model';

/** What the screen of a type is given; all of them are loaded only where they are looked at. */
export interface BodyProps {
  entity: Entity;
  state: ListState;
  mayCreate: boolean;
  mobile?: boolean;
  onOpen: (id: string) => void;
  onUpdate: (change: ListChange) => void;
}

export interface SettingsProps {
  entity: Entity;
  state: ListState;
  onUpdate: (change: ListChange) => void;
}

export interface Form {
  form: ViewType;
  icon: Icon;
  /** Whether records of an entity can be shown so. */
  fits: (entity: Entity) => boolean;
  /** What is shown when it has just been chosen; what was said before stays said. */
  plain: (entity: Entity, layout: Layout) => Layout;
  Body: ComponentType<BodyProps>;
  Settings: ComponentType<SettingsProps>;
}

/** The ways beside rows and columns. */
const OTHERS: Form[] = [
  { form: 'kanban', icon: IconLayoutKanban, fits: (entity) => groupFields(entity).length > 0, plain: plainBoard, Body: lazy(() => import('../kanban/Board')), Settings: lazy(() => import('../kanban/BoardSettings')) },
  { form: 'calendar', icon: IconCalendarMonth, fits: (entity) => startFields(entity).length > 0, plain: (entity, layout) => ({ ...plainDates(entity, layout), form: 'calendar' }), Body: lazy(() => import('../calendar/Calendar')), Settings: lazy(() => import('../schedule/DatedSettings')) },
  { form: 'planner', icon: IconTimeline, fits: (entity) => startFields(entity).length > 0 && groupFields(entity).length > 0, plain: (entity, layout) => ({ ...plainPlan(entity, layout), form: 'planner' }), Body: lazy(() => import('../planner/Planner')), Settings: lazy(() => import('../planner/PlannerSettings')) },
];

/** The way in which a list is looked at, where it is another than rows; the bin is always rows. */
export const formOf = (state: ListState): Form | undefined => (state.bin ? undefined : OTHERS.find(({ form }) => form === state.layout.form));

/** What the switch offers, rows first; nothing where there is no choice. */
export function formsFor(entity: Entity): Pick<Form, 'form' | 'icon' | 'plain'>[] {
  if (entity.register?.balances) return [];
  const others = OTHERS.filter(({ fits }) => fits(entity));
  return others.length ? [{ form: 'grid', icon: IconList, plain: (_, layout) => ({ ...layout, form: 'grid' }) }, ...others] : [];
}
