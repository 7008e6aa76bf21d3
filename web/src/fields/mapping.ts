import { writeJson } from '@/api/json';
import type { Field, Reference } from '@/catalog/types';
import { type Context, evaluate, type Node, write } from '@/expression/evaluate';

/** Whether a value says nothing. */
export function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

const idOf = (value: unknown) => (typeof value === 'object' && value !== null ? (value as Reference).id : value);

/** A value as it was read or typed into the form it is written in: links by their ids, files too; empty is null. */
export function toWire(field: Field, value: unknown, lineFields?: Field[]): unknown {
  if (isEmpty(value)) return ['links', 'children', 'multi_choice'].includes(field.type) ? [] : null;
  switch (field.type) {
    case 'link':
    case 'user':
    case 'file':
    case 'image':
      return idOf(value);
    case 'links':
      return (value as unknown[]).map(idOf);
    case 'any_link':
      return { entity: (value as Reference).entity, id: (value as Reference).id };
    case 'children':
      return (value as Record<string, unknown>[]).map((line) => lineToWire(line, lineFields ?? []));
    case 'url':
      return typeof value === 'string' && BARE_ADDRESS.test(value) ? `https://${value}` : value;
    default:
      return value;
  }
}

/** An address as people say it, without its scheme. */
const BARE_ADDRESS = /^[^\s/:@?#.]+(\.[^\s/:@?#.]+)*\.[^\s/:@?#.]{2,}(:\d+)?([/?#]|$)/;

/** A line as it is written: its id when the server knows it, and the fields a person may write. */
export function lineToWire(line: Record<string, unknown>, fields: Field[]): Record<string, unknown> {
  const written: Record<string, unknown> = {};
  if (typeof line.id === 'string' && !line.id.startsWith('new:')) written.id = line.id;
  for (const field of fields) {
    if (isWritable(field) && field.name in line) written[field.name] = toWire(field, line[field.name]);
  }
  return written;
}

export const isWritable = (field: Field) => !field.read_only && !['inverse', 'auto_number', 'id'].includes(field.type) && (!field.system || field.name === 'owner');

/** Whether saving would change nothing. */
export function sameValue(field: Field, a: unknown, b: unknown): boolean {
  return writeJson(toWire(field, a)) === writeJson(toWire(field, b));
}

/** Values a new record starts with; a calculated one only where it needs nothing but the clock, the rest is the server's to fill. */
export function defaultValues(fields: Field[], world?: Omit<Context, 'record'>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    if (field.default === undefined || field.default === null || !isWritable(field)) continue;
    if (typeof field.default === 'object' && !Array.isArray(field.default) && 'expression' in field.default) {
      const value = world && calculated(field, field.default.expression as Node, world);
      if (value !== undefined) values[field.name] = value;
      continue;
    }
    values[field.name] = field.default;
  }
  return values;
}

function calculated(field: Field, expression: Node, world: Omit<Context, 'record'>): unknown {
  if (typeof expression.type !== 'string' || !['date', 'text', 'integer', 'decimal', 'money', 'percent', 'boolean'].includes(field.type)) return undefined;
  try {
    return write(evaluate(expression, { ...world, record: {} }), expression.type) ?? undefined;
  } catch {
    return undefined;
  }
}
