/** Mistakes that speak of keys of documents, told by what a person does in the Studio. */
import { fieldIndex, fieldKey } from './problems';
import type { Doc, EntityDoc, Problem } from './types';

export interface Plain {
  /** The text, among `mistake`. */
  text: string;
  /** The place of the control to use, where the server names only what is around it. */
  path: string;
}

/** What is missing in a field of a type: the control to use and what to say. */
const MISSING: Record<string, [key: string, text: string]> = {
  link: ['target', 'link'],
  links: ['target', 'links'],
  any_link: ['targets', 'any_link'],
  choice: ['choices', 'choices'],
  multi_choice: ['choices', 'choices'],
};
const EMPTY = new Set(['document.empty_text', 'document.empty_list', 'document.empty_object', 'document.missing_key']);
const PLACES: [pattern: RegExp, text: string][] = [
  [/^\/rules\/\d+\/when$/, 'when'],
  [/^\/rules\/\d+\/message(\/|$)/, 'message'],
  [/^\/(unique|indexes)\/\d+$/, 'set'],
  [/^\/fields\/\d+\/targets$/, 'any_link'],
  [/^\/fields\/\d+\/choices$/, 'choices'],
  [/^\/choices$/, 'values'],
  [/^\/balance\/dimensions$/, 'dimensions'],
  [/^\/balance\/resources$/, 'resources'],
  [/^\/balance\/postings$/, 'postings'],
  [/^\/balance\/postings\/\d+\/date$/, 'posting_date'],
  [/(^|\/)label$/, 'name'],
];

/** The plain text of a problem and its place; none when the server's words do. */
export function plainOf(problem: Problem, doc: Doc | undefined): Plain | undefined {
  const { code, path } = problem;
  if (code === 'field.required_set_empty') return { text: 'required_link', path };
  if (code === 'role.bad_permission') return { text: 'condition', path };
  if (EMPTY.has(code)) {
    const found = PLACES.find(([pattern]) => pattern.test(path));
    return found && { text: found[1], path };
  }
  const index = fieldIndex(path);
  if (code !== 'field.option_missing' || index === undefined || fieldKey(path)) return undefined;
  const field = (doc as EntityDoc | undefined)?.fields?.[index];
  if (field?.type === 'children') return field.target ? { text: 'back', path: `${path}/inverse` } : { text: 'lines', path: `${path}/target` };
  const missing = MISSING[field?.type ?? ''];
  return missing && { text: missing[1], path: `${path}/${missing[0]}` };
}
