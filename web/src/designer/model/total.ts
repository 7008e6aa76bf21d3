/** Totals of related records as they are composed by mouse: a function, the path of what it is taken of, and which records count. */
import { type Catalog, isNumeric, isToMany, targetOf } from '@/catalog/catalog';
import type { Field } from '@/catalog/types';
import { composeFilter } from '@/list/filter/compose';
import { decompose } from '@/list/filter/decompose';
import type { Condition } from '@/list/filter/model';

export const TOTALS = ['sum', 'count', 'avg', 'min', 'max'] as const;
export type TotalFunction = (typeof TOTALS)[number];

export interface Total {
  function: TotalFunction;
  /** Through links, one relation to many records, and, but for a count, on to the value. */
  path?: string;
  conditions: Condition[];
  /** What a record is called in the text. */
  variable: string;
}

export const NEW_TOTAL: Total = { function: 'sum', conditions: [], variable: 'r' };

const ORDERED = ['date', 'datetime', 'time'];

/** Whether a function can be taken of a field. */
export function fitsTotal(function_: TotalFunction, field: Field): boolean {
  if (function_ === 'count') return isToMany(field);
  return isNumeric(field) || (ORDERED.includes(field.type) && (function_ === 'min' || function_ === 'max'));
}

interface Parts {
  relation: string;
  value: string;
  /** The entity of the records. */
  target: string;
}

/** The relation and the value of a path, when it leads through one relation to many. */
export function partsOf(catalog: Catalog, entity: string, path: string | undefined): Parts | undefined {
  const fields = path ? catalog.path(entity, path) : undefined;
  const many = fields?.findIndex(isToMany) ?? -1;
  const target = many < 0 ? undefined : targetOf(fields![many]!);
  if (!target || fields!.slice(many + 1).some(isToMany)) return undefined;
  const names = (part: Field[]) => part.map((field) => field.name).join('.');
  return { relation: names(fields!.slice(0, many + 1)), value: names(fields!.slice(many + 1)), target };
}

/** The expression of a total; nothing while it is not finished. */
export function composeTotal(catalog: Catalog, entity: string, total: Total): string | undefined {
  const parts = partsOf(catalog, entity, total.path);
  const field = total.path ? catalog.path(entity, total.path)?.at(-1) : undefined;
  if (!parts || !field || !fitsTotal(total.function, field)) return undefined;
  const { relation, value, target } = parts;
  const condition = composeFilter(catalog, target, total.conditions, total.variable);
  const records = condition ? `${relation}.filter(|${total.variable}| ${condition})` : relation;
  return total.function === 'count' ? `${records}.count()` : `${records}.${total.function}(|${total.variable}| ${total.variable}.${value})`;
}

const NAMES = '[a-z_]\\w*(?:\\.[a-z_]\\w*)*?';
const SHAPE = new RegExp(`^(${NAMES})(?:\\.filter\\(\\|(\\w+)\\| (.+)\\))?\\.(?:count\\(\\)|(sum|avg|min|max)\\(\\|(\\w+)\\| \\5\\.(${NAMES})\\))$`, 's');

/** Reads a total back; nothing when it was written in another way. It counts only when it composes to the very text. */
export function decomposeTotal(catalog: Catalog, entity: string, text: string): Total | undefined {
  const [, relation, filtered, condition, function_, taken, value] = SHAPE.exec(text.trim()) ?? [];
  const variable = taken ?? filtered ?? NEW_TOTAL.variable;
  const parts = partsOf(catalog, entity, relation);
  if (!parts || (filtered && filtered !== variable)) return undefined;
  const conditions = condition ? decompose(catalog, parts.target, condition, variable) : [];
  if (!conditions) return undefined;
  const total: Total = { function: (function_ as TotalFunction | undefined) ?? 'count', path: value ? `${relation}.${value}` : relation, conditions, variable };
  return composeTotal(catalog, entity, total) === text.trim() ? total : undefined;
}
