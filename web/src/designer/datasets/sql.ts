/** SQL for the editor: what datasets understand of it, and what can stand where one types. */
import { autocompletion, type Completion, type CompletionContext, type CompletionResult, snippetCompletion } from '@codemirror/autocomplete';
import { sql, SQLDialect } from '@codemirror/lang-sql';
import type { Extension } from '@codemirror/state';
import type { Entity } from '@/catalog/types';
import { tablesOf } from '../model/dataset';

const WORDS = 'select from where join left right inner cross on group by having order asc desc nulls first last limit offset distinct as and or not in is null between like ilike exists case when then else end union all with over partition filter cast extract true false unknown interval date timestamp';
const TYPES = 'integer bigint numeric decimal text varchar boolean';
/** Functions by what they are given; those of the language by their names besides. */
const FUNCTIONS: [string, string][] = [
  ['count', '*'], ['sum', 'value'], ['avg', 'value'], ['min', 'value'], ['max', 'value'], ['coalesce', 'value, other'], ['nullif', 'value, other'], ['lower', 'text'], ['upper', 'text'], ['length', 'text'],
  ['substring', 'text, from, length'], ['trim', 'text'], ['round', 'number, digits'], ['abs', 'number'], ['floor', 'number'], ['ceil', 'number'], ['date_trunc', "'month', date"], ['extract', 'year FROM date'],
  ['row_number', ''], ['rank', ''], ['dense_rank', ''], ['lag', 'value'], ['lead', 'value'], ['days_between', 'date, date'], ['add_days', 'date, number'], ['add_months', 'date, number'], ['starts_with', 'text, part'],
  ['contains', 'text, part'], ['today', ''], ['now', ''],
];

const dialect = SQLDialect.define({ keywords: WORDS, types: TYPES, builtin: FUNCTIONS.map(([name]) => name).join(' '), doubleQuotedStrings: false, identifierQuotes: '"' });

const functions: Completion[] = FUNCTIONS.map(([name, parameters]) => snippetCompletion(parameters ? `${name}(\${})` : `${name}()`, { label: name, detail: `(${parameters})`, type: 'function' }));
const words: Completion[] = WORDS.split(' ').map((word) => ({ label: word.toUpperCase(), type: 'keyword', boost: -1 }));

const fieldsOf = (entity: Entity): Completion[] => entity.fields.filter((field) => field.type !== 'inverse' && field.type !== 'children' && field.type !== 'links').map((field) => ({ label: field.name, detail: field.label, info: entity.label, type: 'property', boost: 1 }));

/** What can stand where one types: entities behind FROM and JOIN, fields behind the name of a table, else fields of the tables that are read, functions and words. */
export function suggested(entities: () => Entity[]) {
  return (context: CompletionContext): CompletionResult | null => {
    const text = context.state.doc.toString();
    const before = text.slice(0, context.pos);
    const word = /\w*$/.exec(before)![0];
    const from = context.pos - word.length;
    // Inside a written text or a comment nothing is suggested.
    if ((before.replace(/--[^\n]*\n/g, '').match(/'/g)?.length ?? 0) % 2 || /--[^\n]*$/.test(before)) return null;
    const known = entities();
    // What is typed out is not in the way of Enter.
    const offer = (options: Completion[]) => (!context.explicit && options.some((one) => one.label.toLowerCase() === word.toLowerCase()) ? null : { from, options });
    const tables = tablesOf(text);
    const entity = (name: string) => known.find((one) => one.name === name);
    const owner = /(\w+)"?\.\w*$/.exec(before)?.[1]?.toLowerCase();
    if (owner) {
      const table = tables.find((one) => one.alias === owner) ?? tables.find((one) => one.table === owner);
      const found = table && entity(table.table);
      return found ? offer(fieldsOf(found)) : null;
    }
    if (/\b(?:from|join)\s+(?:\w+(?:\s+\w+)?\s*,\s*)*\w*$/i.test(before)) return offer(known.map((one) => ({ label: one.name, detail: one.label, type: 'class' })));
    if (!word && !context.explicit) return null;
    const seen = new Set<string>();
    const fields = tables.flatMap(({ table }) => (entity(table) ? fieldsOf(entity(table)!) : [])).filter((one) => !seen.has(one.label) && seen.add(one.label));
    return offer([...fields, ...functions, ...words]);
  };
}

export const sqlOf = (entities: () => Entity[]): Extension => [sql({ dialect }).language, autocompletion({ override: [suggested(entities)], icons: false })];
