/** Problems by the place they belong to. */
import type { Problem } from './types';

/** The number of the field in a pointer such as `/fields/3/target`. */
export function fieldIndex(path: string): number | undefined {
  const found = /^\/fields\/(\d+)(?:\/|$)/.exec(path);
  return found ? Number(found[1]) : undefined;
}

/** The key inside the field, such as `target` or `choices/0/value`. */
export const fieldKey = (path: string): string => path.replace(/^\/fields\/\d+\/?/, '');

export const ofDocument = (problems: Problem[], document: string): Problem[] => problems.filter((problem) => problem.document === document);

export const ofField = (problems: Problem[], index: number | undefined): Problem[] =>
  index === undefined ? [] : problems.filter((problem) => fieldIndex(problem.path) === index);

/** The message at one key, for the control of that key. */
export function messageAt(problems: Problem[], key: string): string | undefined {
  return problems.find((problem) => {
    const at = fieldIndex(problem.path) === undefined ? problem.path.replace(/^\//, '') : fieldKey(problem.path);
    return at === key || at.startsWith(`${key}/`);
  })?.message;
}

export const isError = (problem: Problem): boolean => problem.severity !== 'warning';

/** Keeps one of each: the server may tell the same twice, for the document and for the whole. */
export function distinct(problems: Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter((problem) => {
    const mark = `${problem.document}|${problem.path}|${problem.code}|${problem.line}|${problem.column}`;
    return seen.has(mark) ? false : Boolean(seen.add(mark));
  });
}
