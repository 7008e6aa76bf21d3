import type { RecordData } from '@/catalog/types';
import type { MeasureAnswer, NumberFormat, PeriodWord } from '@/measures/api';
import type { Span } from '@/measures/period';

/** A dashboard as `GET /api/dashboards/{name}` gives it: texts in the reader's language, what is not for the reader left out. */
export interface Dashboard {
  name: string;
  label: string;
  icon?: string | null;
  description?: string | null;
  filters: DashboardFilter[];
  widgets: Widget[];
}

export interface DashboardFilter {
  name: string;
  type: 'period' | 'person' | 'field';
  label?: string | null;
  default?: unknown;
  entity?: string;
  field?: string;
}

/** Where a widget lies: twelve columns, rows of one height. */
export interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

export type DatePart = 'day' | 'week' | 'month' | 'quarter' | 'year';
export type Group = string | { path: string; by?: DatePart | null; name?: string | null };

export interface WidgetMeasure {
  name: string;
  label?: string | null;
  expression: string;
  format?: Partial<NumberFormat> | null;
}

export const CHARTS = ['bar', 'row', 'line', 'area', 'pie', 'funnel', 'scatter', 'heat_map'] as const;
export type ChartKind = (typeof CHARTS)[number];

interface WidgetBase {
  name: string;
  label?: string | null;
  place: Place;
  /** The path that each field filter acts on here; `null` where it does not act. */
  filters?: Record<string, string | null>;
}

interface OfRecords {
  entity: string;
  filter?: string | null;
  date?: string | null;
  person?: string | null;
}

export interface IndicatorWidget extends WidgetBase {
  type: 'indicator';
  measure: string;
  parameters?: Record<string, unknown>;
  period?: PeriodWord | Span | null;
  mine?: boolean;
  trend?: { by: DatePart; periods: number } | null;
  /** What the measure itself says of its number. */
  about?: { label: string; icon?: string | null; format: NumberFormat; better: 'higher' | 'lower' } | null;
}

export interface ChartWidget extends WidgetBase, OfRecords {
  type: 'chart';
  chart: ChartKind;
  stacked?: boolean;
  group_by: Group[];
  measures: WidgetMeasure[];
  sort?: string[];
  limit?: number;
}

export interface PivotWidget extends WidgetBase, OfRecords {
  type: 'pivot';
  rows: Group[];
  columns: Group[];
  measures: WidgetMeasure[];
  heat?: boolean;
  sort?: string[];
  limit?: number;
}

export interface ListWidget extends WidgetBase, OfRecords {
  type: 'list';
  view?: string | null;
  columns: string[];
  sort?: string[];
  limit?: number;
}

export interface TextWidget extends WidgetBase {
  type: 'text';
  text: string;
}

export type Widget = IndicatorWidget | ChartWidget | PivotWidget | ListWidget | TextWidget;
export type WidgetType = Widget['type'];
export type Of<T extends WidgetType> = Extract<Widget, { type: T }>;

/** A group: the values of its keys, its measures, and the condition that finds its records. */
export type Item = Record<string, unknown> & { _filter?: string | null };

export interface TrendPoint extends Span {
  value: string | null;
}

export interface Answers {
  indicator: Omit<MeasureAnswer, 'name'> & { name?: string; trend?: TrendPoint[] | null };
  chart: { items: Item[]; filter: string | null; more?: boolean };
  pivot: { items: Item[]; rows: Item[]; columns: Item[]; total: Item | null; filter: string | null; more?: boolean };
  list: { items: RecordData[]; count: number | null; filter: string | null; sort?: string[] };
  text: Record<string, never>;
}

export interface Problem {
  status?: number;
  code?: string;
  title?: string;
  detail?: string;
  errors?: { message?: string }[];
}

/** What one widget came to, or why it came to nothing. */
export type Answer<T extends WidgetType = WidgetType> = { [K in T]: { type: K; problem?: undefined } & Answers[K] }[T];
export type Failed = { type: WidgetType; problem: Problem };
export type WidgetAnswer = Answer | Failed;

export const hasFailed = (answer: WidgetAnswer): answer is Failed => !!answer.problem;

/** What a person chose; a filter that is not given has its default, `null` acts on nothing. */
export type FilterValues = Record<string, unknown>;

export interface DashboardData {
  at: string;
  period: Span | null;
  widgets: Record<string, WidgetAnswer>;
}

/** The room of a widget in pixels, its border included. */
export interface Size {
  width: number;
  height: number;
}

export interface WidgetProps<T extends WidgetType> {
  widget: Of<T>;
  answer: Answer<T>;
  size: Size;
}
