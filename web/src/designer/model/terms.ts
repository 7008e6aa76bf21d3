/** What is written into a formula for an attribute that was picked. */
import { type Catalog, isNumeric, isToMany } from '@/catalog/catalog';
import type { Field } from '@/catalog/types';

/** The term of a path: as it is, but that what leads to many records is added up when it is a number, and counted else. */
export function termOf(catalog: Catalog, entity: string, path: string): string {
  const fields = catalog.path(entity, path);
  return fields ? term(fields, new Set()) : path;
}

function term(fields: Field[], taken: Set<string>): string {
  const many = fields.findIndex(isToMany);
  const names = (part: Field[]) => part.map((field) => field.name).join('.');
  if (many < 0) return names(fields);
  const records = names(fields.slice(0, many + 1));
  const rest = fields.slice(many + 1);
  const last = rest.at(-1);
  if (!last || !(isNumeric(last) || isToMany(last))) return `${records}.count()`;
  const letter = variable(fields[many]!.name, taken);
  return `${records}.sum(|${letter}| ${letter}.${term(rest, new Set([...taken, letter]))})`;
}

/** The first letter of the relation, or the next free one. */
function variable(name: string, taken: Set<string>): string {
  const letters = [name.charAt(0), ...'abcdefghijklmnopqrstuvwxyz'];
  return letters.find((letter) => !taken.has(letter)) ?? 'x';
}

const COUNT = /^([\w.]+)\.count\(\)$/;
const SUM = /^([\w.]+)\.sum\(\|(\w+)\| \2\.([\w.]+)\)$/;

/** Reads a term back: the path that was picked, and what is made of the many records that it leads to. */
export function readTerm(text: string): { path: string; act: 'count' | 'sum' } | undefined {
  const [, records, , value] = SUM.exec(text) ?? [];
  if (records && value) return { path: `${records}.${value}`, act: 'sum' };
  const counted = COUNT.exec(text)?.[1];
  return counted ? { path: counted, act: 'count' } : undefined;
}
