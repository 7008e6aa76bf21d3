import { type Catalog, isNumeric, isToMany, targetOf } from '@/catalog/catalog';
import type { Field, Reference } from '@/catalog/types';
import { toDateText } from '@/fields/dates';
import { type Condition, isComplete } from './model';
import { isPeriod, type Operator, PERIODS } from './operators';

/** A text literal of the language. */
export function quote(text: string): string {
  return `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n').replace(/\r/g, '\\r').replace(/\t/g, '\\t')}"`;
}

const number = (value: unknown) => String(value).replace(/^-/, '-');
// A text beside a date or a record is read as one.
const dateLiteral = quote;

/** The day so many days after another. */
export function dayAfter(text: string, days: number): string {
  const [year, month, day] = text.split('-').map(Number);
  return toDateText(new Date(year!, month! - 1, day! + days));
}

/** The start of a day where it is `today()` for who asks, so that a filter kept for years means the same days; the column stays bare, for its index. */
const startOf = (day: string) => `datetime(${day}, "00:00:00")`;

const literalOfDay = (field: Field, text: string) => (field.type === 'datetime' ? startOf(dateLiteral(text)) : dateLiteral(text));

const alternatives = (parts: string[]) => (parts.length === 1 ? parts[0]! : `(${parts.join(' || ')})`);
const oneOf = (name: string, texts: string[]) => (texts.length === 1 ? `${name} == ${quote(texts[0]!)}` : `${name} in [${texts.map(quote).join(', ')}]`);
const together = (parts: string[]) => parts.join(' && ');

function comparison(name: string, field: Field, operator: Operator, value: unknown): string {
  const values = Array.isArray(value) ? (value as unknown[]) : [value];
  const link = field.type === 'link' || field.type === 'user';
  switch (operator) {
    case 'contains':
      return `${name}.like(${quote(String(value))})`;
    case 'any':
      return oneOf(name, values.map((item) => (link ? (item as Reference).id : String(item))));
    case 'has':
      return alternatives(values.map((item) => `${name}.contains(${quote(String(item))})`));
    case 'eq':
      return `${name} == ${number(value)}`;
    case 'gt':
      return `${name} > ${number(value)}`;
    case 'ge':
      return `${name} >= ${number(value)}`;
    case 'lt':
      return `${name} < ${number(value)}`;
    case 'le':
      return `${name} <= ${number(value)}`;
    case 'between':
      return between(name, field, values);
    case 'on':
      return field.type === 'date' ? `${name} == ${dateLiteral(String(value))}` : dayRange(name, field, String(value), String(value));
    case 'before':
      return `${name} < ${literalOfDay(field, String(value))}`;
    case 'after':
      return `${name} >= ${literalOfDay(field, dayAfter(String(value), 1))}`;
    case 'period':
      if (!isPeriod(value)) throw new Error('no such period');
      return `${field.type === 'datetime' ? `date(${name})` : name}.${PERIODS[value]}`;
    case 'last_days':
      return field.type === 'date' ? `${name} >= today() - days(${Number(value)}) && ${name} <= today()` : `${name} >= ${startOf(`today() - days(${Number(value)})`)} && ${name} < ${startOf('today() + days(1)')}`;
    case 'next_days':
      return field.type === 'date' ? `${name} >= today() && ${name} <= today() + days(${Number(value)})` : `${name} >= ${startOf('today()')} && ${name} < ${startOf(`today() + days(${Number(value) + 1})`)}`;
    case 'yes':
      return `${name} == true`;
    case 'me':
      return `${name} == user`;
    case 'not_empty':
      return `${name} != ()`;
    case 'exists':
      return `${name}.count() > 0`;
    default:
      throw new Error(`no comparison for ${operator}`);
  }
}

function dayRange(name: string, field: Field, from: string, to: string): string {
  return `${name} >= ${literalOfDay(field, from)} && ${name} < ${literalOfDay(field, dayAfter(to, 1))}`;
}

function between(name: string, field: Field, [from, to]: unknown[]): string {
  const parts: string[] = [];
  const said = (value: unknown) => value !== undefined && value !== null && value !== '';
  if (isNumeric(field)) {
    if (said(from)) parts.push(`${name} >= ${number(from)}`);
    if (said(to)) parts.push(`${name} <= ${number(to)}`);
  } else {
    if (said(from)) parts.push(`${name} >= ${literalOfDay(field, String(from))}`);
    if (said(to)) parts.push(`${name} < ${literalOfDay(field, dayAfter(String(to), 1))}`);
  }
  return together(parts);
}

/** What an operator denies: `none` is not `any`, `empty` is not `not_empty`. Through many records that is what people mean. */
const DENIES: Partial<Record<Operator, Operator>> = { not_contains: 'contains', none: 'any', ne: 'eq', no: 'yes', empty: 'not_empty', not_exists: 'exists' };

const LETTERS = ['x', 'y', 'z', 'w', 'v'];

function walk(fields: Field[], operator: Operator, value: unknown, prefix: string, depth: number): string {
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index]!;
    const name = prefix ? `${prefix}.${field.name}` : field.name;
    if (index === fields.length - 1) return comparison(name, field, operator, value);
    if (isToMany(field)) {
      const letter = LETTERS[depth] ?? `x${depth}`;
      return `${name}.any(|${letter}| ${walk(fields.slice(index + 1), operator, value, letter, depth + 1)})`;
    }
    prefix = name;
  }
  return 'true';
}

/** One condition as an expression, of the record or of a variable; nothing when its path is unknown or it is not finished. */
export function composeCondition(catalog: Catalog, entity: string, condition: Condition, variable = ''): string | undefined {
  const fields = catalog.path(entity, condition.path);
  if (!fields || !isComplete(condition)) return undefined;
  const denied = DENIES[condition.operator];
  const depth = LETTERS.indexOf(variable) + 1;
  const last = fields[fields.length - 1]!;
  const many = fields.slice(0, -1).some(isToMany);
  if (condition.operator === 'empty' && !many && !isToMany(last)) return walk(fields, 'not_empty', undefined, variable, depth).replace(/ != \(\)$/, ' == ()');
  if (!denied) return walk(fields, condition.operator, condition.value, variable, depth);
  return `!(${walk(fields, denied, condition.value, variable, depth)})`;
}

/** All conditions as one expression of the language, joined by `&&`. */
export function composeFilter(catalog: Catalog, entity: string, conditions: Condition[], variable = ''): string | undefined {
  const parts = conditions.flatMap((condition) => composeCondition(catalog, entity, condition, variable) ?? []);
  return parts.length ? together(parts) : undefined;
}

/** Labels along a path, for chips and column heads. */
export function pathLabels(catalog: Catalog, entity: string, path: string): string[] {
  return catalog.path(entity, path)?.map((field) => field.label) ?? path.split('.');
}

/** Whether a path passes through, or ends in, many records. */
export const passesMany = (fields: Field[]) => fields.some(isToMany);

/** Whether a path may go on past the field. */
export const leadsOn = (catalog: Catalog, field: Field) => !!catalog.entity(targetOf(field));
