/** Dashboards as documents: what stands on them, and the changes that a person makes by mouse. */
import { documentName } from './entities';
import { nameFromLabel, newId, uniqueName } from './naming';
import { type BaseDoc, type Label, labelOf, type MeasureDoc } from './types';

export interface PlaceDoc {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const;
export type GroupUnit = (typeof UNITS)[number];
/** A field by which records are grouped; a date by its periods. */
export type GroupDoc = string | { path: string; by: GroupUnit };

/** A number made of the records of a group. */
export interface AmountDoc {
  name: string;
  label?: Label;
  expression: string;
  format?: MeasureDoc['format'];
}

interface BaseWidget {
  name: string;
  label?: Label;
  place: PlaceDoc;
  /** By which path each filter of the dashboard acts; `null` where it does not. */
  filters?: Record<string, string | null>;
}

export interface IndicatorDoc extends BaseWidget {
  type: 'indicator';
  measure: string;
  parameters?: Record<string, unknown>;
  period?: string;
  mine?: boolean;
  trend?: { by: GroupUnit; periods: number };
}

/** What reads records of an entity. */
interface Reading {
  entity: string;
  filter?: string;
  date?: string;
  person?: string;
}

export const CHARTS = ['bar', 'row', 'line', 'area', 'pie', 'funnel', 'scatter', 'heat_map'] as const;
export type ChartKind = (typeof CHARTS)[number];

export interface ChartDoc extends BaseWidget, Reading {
  type: 'chart';
  chart: ChartKind;
  stacked?: boolean;
  group_by: GroupDoc[];
  measures: AmountDoc[];
  sort?: string[];
  limit?: number;
}

export interface PivotDoc extends BaseWidget, Reading {
  type: 'pivot';
  rows: GroupDoc[];
  columns: GroupDoc[];
  measures: AmountDoc[];
  heat?: boolean;
  limit?: number;
}

export interface ListDoc extends BaseWidget, Partial<Reading> {
  type: 'list';
  /** A list that the solution brings, in place of all else. */
  view?: string;
  columns?: string[];
  sort?: string[];
  limit?: number;
}

export interface TextDoc extends BaseWidget {
  type: 'text';
  text: Label;
}

export type WidgetDoc = IndicatorDoc | ChartDoc | PivotDoc | ListDoc | TextDoc;
export type WidgetType = WidgetDoc['type'];
export const WIDGETS = ['indicator', 'chart', 'pivot', 'list', 'text'] as const satisfies readonly WidgetType[];

export interface FilterDoc {
  name: string;
  type: 'period' | 'person' | 'field';
  label?: Label;
  entity?: string;
  field?: string;
  default?: unknown;
}

export interface DashboardDoc extends BaseDoc {
  kind: 'dashboard';
  description?: Label;
  icon?: string;
  roles?: string[];
  filters?: FilterDoc[];
  widgets?: WidgetDoc[];
}

/** How large a widget is when it comes, and at least. */
export const SIZES: Record<WidgetType, { width: number; height: number }> = {
  indicator: { width: 3, height: 2 }, chart: { width: 6, height: 5 }, pivot: { width: 6, height: 5 }, list: { width: 6, height: 5 }, text: { width: 4, height: 2 },
};

export const newDashboard = (label: Label, icon: string, taken: string[]): DashboardDoc => ({ kind: 'dashboard', id: newId(), name: documentName(label, taken, 'dashboard'), label, icon, widgets: [] });

/** Another one like it, called so that the two are told apart. */
export function copied(doc: DashboardDoc, taken: string[]): DashboardDoc {
  const label: Label = { en: `${labelOf(doc, 'en')} (copy)`, ru: `${labelOf(doc, 'ru')} (копия)` };
  return { ...structuredClone(doc), id: newId(), name: documentName(label, taken, 'dashboard'), label };
}

export const widgetName = (wanted: string, widgets: WidgetDoc[]): string => uniqueName(nameFromLabel(wanted, 'widget'), widgets.map((one) => one.name));

export const withWidget = (doc: DashboardDoc, widget: WidgetDoc): DashboardDoc => ({ ...doc, widgets: (doc.widgets ?? []).map((one) => (one.name === widget.name ? widget : one)) });

export const pathOf = (group: GroupDoc): string => (typeof group === 'string' ? group : group.path);
export const unitOf = (group: GroupDoc): GroupUnit | undefined => (typeof group === 'string' ? undefined : group.by);
export const grouped = (path: string, unit: GroupUnit | undefined): GroupDoc => (unit ? { path, by: unit } : path);

/** How many groups a chart takes at least and at most, and how many numbers. */
export function chartTakes(chart: ChartKind): { least: number; groups: number; numbers: number } {
  if (chart === 'heat_map') return { least: 2, groups: 2, numbers: 1 };
  if (chart === 'scatter') return { least: 1, groups: 1, numbers: 2 };
  if (chart === 'pie' || chart === 'funnel') return { least: 1, groups: 1, numbers: 1 };
  return { least: 1, groups: 2, numbers: 5 };
}

export const mayStack = (chart: ChartKind): boolean => ['bar', 'row', 'line', 'area'].includes(chart);

/** What of a chart stands once it is drawn in another way: groups and numbers that do not fit go. */
export function fitting(doc: ChartDoc, second?: AmountDoc): ChartDoc {
  const takes = chartTakes(doc.chart);
  const group_by = doc.group_by.slice(0, takes.groups);
  const most = group_by.length > 1 ? 1 : takes.numbers;
  const numbers = doc.measures.slice(0, most);
  const measures = doc.chart === 'scatter' && numbers.length === 1 && second ? [...numbers, second] : numbers;
  const known = new Set([...group_by.map(pathOf), ...measures.map((one) => one.name)]);
  const sort = doc.sort?.filter((one) => known.has(one.replace(/^-/, '')));
  return { ...doc, group_by, measures, sort: sort?.length ? sort : undefined, stacked: mayStack(doc.chart) && group_by.length + measures.length > 2 ? doc.stacked : undefined };
}

/** Gives the filter another name wherever widgets speak of it; nothing takes it away. */
export function withFilters(doc: DashboardDoc, filters: FilterDoc[]): DashboardDoc {
  const names = new Set(filters.map((one) => one.name));
  const widgets = (doc.widgets ?? []).map((widget) => {
    if (!widget.filters || Object.keys(widget.filters).every((name) => names.has(name))) return widget;
    const kept = Object.entries(widget.filters).filter(([name]) => names.has(name));
    return { ...widget, filters: kept.length ? Object.fromEntries(kept) : undefined };
  });
  return { ...doc, filters: filters.length ? filters : undefined, widgets };
}

/** Says by which path a filter acts: by its own (`undefined`), by another, or not at all (`null`). */
export function acting(widget: WidgetDoc, filter: string, path: string | null | undefined): WidgetDoc {
  const { [filter]: _, ...rest } = widget.filters ?? {};
  const filters = path === undefined ? rest : { ...rest, [filter]: path };
  return { ...widget, filters: Object.keys(filters).length ? filters : undefined };
}
