/** New widgets, whole from the first moment: each shows something before anything is set. */
import { type Catalog, isToOne, ownFields, targetOf } from '@/catalog/catalog';
import { acting, type DashboardDoc, type FilterDoc, type IndicatorDoc, type PlaceDoc, SIZES, type WidgetDoc, widgetName, type WidgetType } from './dashboard';
import { choiceOf, columnsOf, counted, dateOf, groups, numberOf, personOf, type Subject, summed } from './dashboardStart';
import type { Label, MeasureDoc } from './types';

const TEXT: Label = { en: 'A few words', ru: 'Несколько слов' };
const at = (type: WidgetType): PlaceDoc => ({ x: 0, y: 0, ...SIZES[type] });

/** An indicator of a measure; with a trend where it is counted by periods. */
export const newIndicator = (measure: MeasureDoc, widgets: WidgetDoc[]): IndicatorDoc => ({ type: 'indicator', name: widgetName(measure.name, widgets), place: at('indicator'), measure: measure.name, ...(measure.date && { trend: { by: 'month' as const, periods: 6 } }) });

/** A widget over the records of an entity, or a text; its place is still to be found. */
export function newWidget(type: Exclude<WidgetType, 'indicator'>, subject: Subject, widgets: WidgetDoc[]): WidgetDoc {
  const { entity } = subject;
  if (type === 'text') return { type, name: widgetName('text', widgets), place: at(type), text: TEXT };
  const [date, person, number, choice] = [dateOf(entity), personOf(entity), numberOf(subject), choiceOf(entity)];
  const base = { name: widgetName(`${entity.name}_${type}`, widgets), place: at(type), entity: entity.name, date, person };
  const amount = number ? summed(subject, number) : counted();
  const byMonth = date && { path: date, by: 'month' as const };
  const first = choice?.name ?? ownFields(entity).find(groups)?.name;
  if (type === 'chart') return { ...base, type, chart: byMonth ? 'bar' : 'row', group_by: [byMonth ?? first ?? entity.title ?? 'id'], measures: [amount] };
  if (type === 'pivot') return { ...base, type, rows: [first ?? entity.title ?? 'id'], columns: byMonth ? [byMonth] : [], measures: [amount] };
  return { ...base, type, columns: columnsOf(entity), sort: entity.fields.some((one) => one.name === 'created_at') ? ['-created_at'] : undefined, limit: 10 };
}

/** The entity whose records a widget reads; that of its measure for an indicator. */
export function entityOf(widget: WidgetDoc, measures: MeasureDoc[], views: { name: string; entity: string }[] = []): string | undefined {
  if (widget.type === 'indicator') return measures.find((one) => one.name === widget.measure)?.entity;
  if (widget.type === 'list' && widget.view) return views.find((one) => one.name === widget.view)?.entity;
  return widget.type === 'text' ? undefined : widget.entity;
}

/** The path that leads from the records of a widget to the field of a filter, where one link alone does. */
export function wayTo(catalog: Catalog, entity: string | undefined, filter: FilterDoc): string | undefined {
  if (filter.type !== 'field' || !entity || entity === filter.entity) return undefined;
  const links = catalog.entity(entity)?.fields.filter((field) => isToOne(field) && !field.system && targetOf(field) === filter.entity) ?? [];
  return links.length === 1 ? `${links[0]!.name}.${filter.field}` : undefined;
}

/** Lets the filters act on a widget wherever there is one way to it. */
export function wired(widget: WidgetDoc, filters: FilterDoc[], catalog: Catalog, entity: string | undefined): WidgetDoc {
  return filters.reduce((now, filter) => {
    const path = filter.name in (now.filters ?? {}) ? undefined : wayTo(catalog, entity, filter);
    return path ? acting(now, filter.name, path) : now;
  }, widget);
}

/** Another filter, acting on every widget there that has one way to it. */
export function withFilter(doc: DashboardDoc, filter: FilterDoc, catalog: Catalog, entity: (widget: WidgetDoc) => string | undefined): DashboardDoc {
  return { ...doc, filters: [...(doc.filters ?? []), filter], widgets: (doc.widgets ?? []).map((one) => wired(one, [filter], catalog, entity(one))) };
}

/** What a filter may be by. */
export const FILTERED = ['choice', 'multi_choice', 'link', 'user', 'boolean', 'text'];
