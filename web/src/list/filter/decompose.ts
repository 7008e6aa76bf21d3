import { type Catalog, isNumeric } from '@/catalog/catalog';
import type { Field } from '@/catalog/types';
import { composeCondition, dayAfter } from './compose';
import type { Condition } from './model';
import { type Operator, operatorsOf, PERIODS, takesMany, takesNoValue } from './operators';

/**
 * Reads a condition back into what was composed by mouse; nothing when it was written in another way. A reading
 * counts only when it composes to the very text, so that no rule is shown as something else than it is. It speaks of the record, or of a variable.
 */
export function decompose(catalog: Catalog, entity: string, text: string, variable = ''): Condition[] | undefined {
  const parts = conjuncts(text.trim());
  const found: Condition[] = [];
  for (let at = 0; at < parts.length;) {
    // A range is two comparisons.
    const both = at + 1 < parts.length ? recognise(catalog, entity, parts.slice(at, at + 2).join(' && '), variable) : undefined;
    const condition = both ?? recognise(catalog, entity, parts[at]!, variable);
    if (!condition) return undefined;
    found.push(condition);
    at += both ? 2 : 1;
  }
  return found;
}

/** The parts of an expression between its outermost `&&`. */
function conjuncts(text: string): string[] {
  const parts: string[] = [];
  let [depth, from, quoted] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]!;
    if (quoted) {
      if (letter === '\\') at++;
      else if (letter === '"') quoted = false;
    } else if (letter === '"') quoted = true;
    else if ('([{'.includes(letter)) depth++;
    else if (')]}'.includes(letter)) depth--;
    else if (depth === 0 && text.startsWith(' && ', at)) {
      parts.push(text.slice(from, at));
      from = at + 4;
    }
  }
  return text ? [...parts, text.slice(from)] : [];
}

function recognise(catalog: Catalog, entity: string, text: string, variable: string): Condition | undefined {
  for (const path of paths(text, variable)) {
    const field = catalog.path(entity, path)?.at(-1);
    for (const operator of field ? operatorsOf(field) : []) {
      for (const value of values(field!, operator, text)) {
        const condition = value === undefined ? { path, operator } : { path, operator, value };
        if (composeCondition(catalog, entity, condition, variable) === text) return condition;
      }
    }
  }
  return undefined;
}

const NAMES = '[a-z_]\\w*(?:\\.[a-z_]\\w*)*';
const THROUGH = new RegExp(`^(${NAMES})\\.any\\(\\|(\\w+)\\| `);
const LAST = new RegExp(`^${NAMES}`);
const OPENING = /^(?:!\()?\(*(?:date\()?/;

/** The paths that a condition may be about: what stands first in it, with and without its last name, which may be a function. */
function paths(text: string, variable: string): string[] {
  const steps: string[] = [];
  let rest = text.replace(OPENING, '');
  if (variable) {
    if (!rest.startsWith(`${variable}.`)) return [];
    rest = rest.slice(variable.length + 1);
  }
  for (let through = THROUGH.exec(rest); through; through = THROUGH.exec(rest)) {
    const [whole, relation, letter] = through;
    steps.push(relation!);
    rest = rest.slice(whole.length).replace(OPENING, '');
    if (!rest.startsWith(`${letter}.`)) return [];
    rest = rest.slice(letter!.length + 1);
  }
  const last = LAST.exec(rest)?.[0];
  if (!last) return [];
  const shorter = last.split('.').slice(0, -1).join('.');
  return [last, shorter].filter(Boolean).map((name) => [...steps, name].join('.'));
}

const literals = (text: string) => [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]!.replace(/\\(.)/g, (_, letter: string) => ({ n: '\n', r: '\r', t: '\t' })[letter] ?? letter));

/** The values that an operator may have been given, as far as they can be seen in the text. */
function values(field: Field, operator: Operator, text: string): unknown[] {
  if (takesNoValue(operator)) return [undefined];
  if (operator === 'period') return Object.keys(PERIODS);
  if (operator === 'last_days' || operator === 'next_days') return [...text.matchAll(/days\((\d+)\)/g)].flatMap((match) => [Number(match[1]), Number(match[1]) - 1]);
  if (isNumeric(field)) {
    const numbers = [...text.matchAll(/[=<>] (-?\d+(?:\.\d+)?)/g)].map((match) => match[1]!);
    return operator === 'between' ? ranges(numbers[0], numbers[1] ?? numbers[0]) : numbers;
  }
  const texts = literals(text);
  if (field.type === 'date' || field.type === 'datetime') {
    const days = texts.filter((literal) => /^\d{4}-\d\d-\d\d$/.test(literal));
    const before = days.map((day) => dayAfter(day, -1));
    return operator === 'between' ? ranges(days[0], before[1] ?? before[0]) : [...days, ...before];
  }
  if (takesMany(operator)) return [field.type === 'link' || field.type === 'user' ? texts.map((id) => ({ id })) : texts];
  return texts;
}

const ranges = (from: unknown, to: unknown) => [[from, to], [from, null], [null, to]];
