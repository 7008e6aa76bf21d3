/** A dashboard to begin with, made of the fields of an entity: how many, how much, by month, by stage, and the newest records. */
import { isComposed, isToOne, ownFields, stageField, titleField } from '@/catalog/catalog';
import type { Entity, Field } from '@/catalog/types';
import { COLUMNS } from '@/dashboards/grid';
import { type AmountDoc, type ChartDoc, type DashboardDoc, type FilterDoc, type ListDoc, type WidgetDoc, widgetName } from './dashboard';
import { newMeasure } from './measure';
import type { EntityDoc, Label, Language, MeasureDoc } from './types';

/** An entity as the start sees it: its fields as the draft would have them, and its names in both languages. */
export interface Subject {
  entity: Entity;
  doc: EntityDoc;
  language: Language;
}

export interface Start {
  dashboard: DashboardDoc;
  /** Indicators that were not there yet. */
  measures: MeasureDoc[];
}

const COUNT: Label = { en: 'Count', ru: 'Количество' };
const BY_MONTH: Label = { en: 'By month', ru: 'По месяцам' };
const NEWEST: Label = { en: 'Newest', ru: 'Новые' };
const lower = (text: string | undefined) => text && text.charAt(0).toLowerCase() + text.slice(1);
const LISTED = [['link', 'user'], ['choice'], ['money'], ['date', 'datetime']];
const PLAIN = ['text', 'phone', 'email', 'boolean', 'percent', 'integer', 'decimal'];
const LEAST_COLUMNS = 4;
const MOST_INDICATORS = 4;

/** What a field is called in every language that is known. */
export const labelOfField = ({ doc, language }: Pick<Subject, 'doc' | 'language'>, field: Field): Label => doc.fields?.find((one) => one.name === field.name)?.label ?? { [language]: field.label };

/** The names of many records. */
export const pluralOf = ({ doc, entity, language }: Subject): Label => doc.plural ?? doc.label ?? { [language]: entity.plural };

/** The field that tells when a record counts: its own date before the moment it was made. */
export const dateOf = (entity: Entity): string | undefined =>
  (ownFields(entity).find((field) => field.type === 'date' && !field.calculated) ?? ownFields(entity).find((field) => field.type === 'datetime') ?? entity.fields.find((field) => field.name === 'created_at'))?.name;

/** Whose record it is. */
export const personOf = (entity: Entity): string | undefined => (isComposed(entity) ? undefined : (entity.fields.find((field) => field.name === 'owner') ?? ownFields(entity).find((field) => field.type === 'user'))?.name);

/** The field worth adding up. */
export function numberOf({ entity, doc }: Pick<Subject, 'entity' | 'doc'>): Field | undefined {
  const own = ownFields(entity);
  const isKey = (field: Field) => doc.fields?.find((one) => one.name === field.name)?.unique;
  return own.find((field) => field.type === 'money') ?? own.find((field) => (field.type === 'decimal' || field.type === 'integer') && !isKey(field));
}

/** The field whose values the records are best told apart by. */
export const choiceOf = (entity: Entity): Field | undefined => stageField(entity) ?? ownFields(entity).find((field) => field.type === 'choice');

/** Columns of a list: what names the record, then one of each kind that tells of it. */
export function columnsOf(entity: Entity): string[] {
  const title = titleField(entity);
  const own = ownFields(entity).filter((field) => field !== title);
  const told = LISTED.flatMap((types) => own.find((field) => types.includes(field.type)) ?? []);
  const rest = own.filter((field) => !told.includes(field) && PLAIN.includes(field.type));
  return [...(title ? [title] : []), ...told, ...rest].slice(0, Math.max(told.length + Number(Boolean(title)), LEAST_COLUMNS)).map((field) => field.name);
}

export const counted = (): AmountDoc => ({ name: 'count', label: COUNT, expression: 'count()' });

/** The sum of a field as a number of a chart, written as the field is. */
export const summed = (subject: Pick<Subject, 'doc' | 'language'>, field: Field): AmountDoc => ({
  name: field.name === 'count' ? 'sum' : field.name, label: labelOfField(subject, field), expression: `sum(${field.name})`,
  ...(field.type === 'money' && { format: { type: 'money' as const, scale: 0, ...(field.currency && { currency: field.currency }) } }),
});

/** The indicators of a start: those there are of the same number, else new ones. */
function indicators(subject: Subject, measures: MeasureDoc[]): { shown: MeasureDoc[]; made: MeasureDoc[] } {
  const { entity } = subject;
  const [plural, date, person, field] = [pluralOf(subject), dateOf(entity), personOf(entity), numberOf(subject)];
  const made: MeasureDoc[] = [];
  const find = (expression: string, label: Label, more: Partial<MeasureDoc>): MeasureDoc => {
    const known = measures.find((one) => one.entity === entity.name && one.expression.replace(/\s/g, '') === expression && !one.filter);
    if (known) return known;
    const fresh = { ...newMeasure(label, entity.name, [...measures, ...made].map((one) => one.name)), expression, date, person, ...more };
    made.push(fresh);
    return fresh;
  };
  const shown = [find('count()', plural, {})];
  if (field) {
    const amount = summed(subject, field);
    const named = labelOfField(subject, field);
    const label = Object.fromEntries((['en', 'ru'] as const).flatMap((one) => (plural[one] && named[one] ? [[one, `${plural[one]}: ${lower(named[one])}`]] : [])));
    shown.push(find(amount.expression, Object.keys(label).length ? label : named, { format: amount.format }));
  }
  const others = measures.filter((one) => one.entity === entity.name && !shown.includes(one));
  return { shown: [...shown, ...others].slice(0, MOST_INDICATORS), made };
}

const FILTERS: FilterDoc[] = [
  { name: 'period', type: 'period', label: { en: 'Period', ru: 'Период' }, default: 'all' },
  { name: 'person', type: 'person', label: { en: 'Person', ru: 'Ответственный' } },
];

/** Fills a dashboard with what can be told of the records of an entity. */
export function started(empty: DashboardDoc, subject: Subject, measures: MeasureDoc[]): Start {
  const { entity } = subject;
  const { shown, made } = indicators(subject, measures);
  const [date, person, field, choice] = [dateOf(entity), personOf(entity), numberOf(subject), choiceOf(entity)];
  const widgets: WidgetDoc[] = [];
  const width = COLUMNS / shown.length;
  shown.forEach((one, at) => widgets.push({ type: 'indicator', name: widgetName(one.name, widgets), place: { x: at * width, y: 0, width, height: 2 }, measure: one.name, ...(one.date && { trend: { by: 'month', periods: 6 } }) }));
  const reading = { entity: entity.name, date, person };
  if (date) {
    const chart: ChartDoc = { type: 'chart', name: 'by_month', label: BY_MONTH, place: { x: 0, y: 2, width: choice ? 7 : COLUMNS, height: 5 }, ...reading, chart: 'bar', group_by: [{ path: date, by: 'month' }], measures: [field ? summed(subject, field) : counted()] };
    widgets.push(chart);
  }
  if (choice) {
    const x = date ? 7 : 0;
    widgets.push({ type: 'chart', name: widgetName(`by_${choice.name}`, widgets), label: labelOfField(subject, choice), place: { x, y: 2, width: COLUMNS - x, height: 5 }, ...reading, chart: choice === stageField(entity) ? 'funnel' : 'row', group_by: [choice.name], measures: [counted()] });
  }
  const sort = entity.fields.some((one) => one.name === 'created_at') ? ['-created_at'] : date && [`-${date}`];
  const list: ListDoc = { type: 'list', name: 'newest', label: NEWEST, place: { x: 0, y: date || choice ? 7 : 2, width: COLUMNS, height: 5 }, ...reading, columns: columnsOf(entity), sort: sort || undefined, limit: 10 };
  widgets.push(list);
  const filters = FILTERS.filter((one) => (one.type === 'period' ? date : person));
  return { dashboard: { ...empty, filters: filters.length ? filters : undefined, widgets }, measures: made };
}

/** Fields by which records may be grouped. */
export const groups = (field: Field): boolean => isToOne(field) || ['text', 'email', 'phone', 'url', 'integer', 'rating', 'boolean', 'date', 'datetime', 'choice', 'auto_number', 'percent', 'color'].includes(field.type);
