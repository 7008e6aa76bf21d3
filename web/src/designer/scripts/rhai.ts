/** rhai for the editor: its colours, and what can stand where one types. */
import { autocompletion, type Completion, type CompletionContext, type CompletionResult, snippetCompletion } from '@codemirror/autocomplete';
import { StreamLanguage, type StringStream } from '@codemirror/language';
import type { Entity } from '@/catalog/types';
import { PERIOD_WORDS } from '@/measures/api';

const WORDS = new Set('if else switch for in while do until loop break continue return throw try catch let const fn private import as'.split(' '));
const VALUES = new Set(['true', 'false', 'user', 'this']);

interface State {
  comment: number;
  /** Open braces of the code inside each open template. */
  templates: number[];
  inTemplate: boolean;
}

function template(stream: StringStream, state: State): string {
  while (!stream.eol()) {
    if (stream.match('${')) {
      state.templates.push(0);
      state.inTemplate = false;
      return 'string';
    }
    if (stream.next() === '`') {
      state.inTemplate = false;
      return 'string';
    }
  }
  return 'string';
}

function token(stream: StringStream, state: State): string | null {
  if (state.comment) {
    while (!stream.eol()) {
      if (stream.match('*/')) {
        state.comment -= 1;
        if (!state.comment) break;
      } else if (stream.match('/*')) state.comment += 1;
      else stream.next();
    }
    return 'comment';
  }
  if (state.inTemplate) return template(stream, state);
  if (stream.eatSpace()) return null;
  if (stream.match('//')) {
    stream.skipToEnd();
    return 'comment';
  }
  if (stream.match('/*')) {
    state.comment = 1;
    return 'comment';
  }
  if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return 'string';
  if (stream.match('`')) {
    state.inTemplate = true;
    return template(stream, state);
  }
  if (stream.match(/^\d[\d_]*(\.\d[\d_]*)?/)) return 'number';
  const word = stream.match(/^[A-Za-z_]\w*/) as RegExpMatchArray | null;
  if (word) {
    if (WORDS.has(word[0])) return 'keyword';
    if (VALUES.has(word[0])) return 'atom';
    return stream.match(/^\s*\(/, false) ? 'def' : 'variableName';
  }
  const letter = stream.next();
  const last = state.templates.length - 1;
  if (last >= 0 && letter === '{') state.templates[last]! += 1;
  if (last >= 0 && letter === '}') {
    if (state.templates[last] === 0) {
      state.templates.pop();
      state.inTemplate = true;
      return 'string';
    }
    state.templates[last]! -= 1;
  }
  return letter && '+-*/%=<>!&|?:'.includes(letter) ? 'operator' : null;
}

export const rhai = StreamLanguage.define<State>({
  name: 'rhai',
  startState: () => ({ comment: 0, templates: [], inTemplate: false }),
  copyState: (state) => ({ ...state, templates: [...state.templates] }),
  token,
  languageData: { commentTokens: { line: '//', block: { open: '/*', close: '*/' } }, closeBrackets: { brackets: ['(', '[', '{', '"', '`'] } },
});

/** A function that scripts can call, with its parameters and what it does. */
export interface Help {
  name: string;
  parameters: string;
  text: string;
}

export interface Known {
  entities: Entity[];
  /** Entities whose records `record` can be. */
  records: Entity[];
  scripts: string[];
  measures: { name: string; label: string }[];
  help: Help[];
}

const field = (entity: Entity): Completion[] =>
  entity.fields.map((one) => ({ label: one.name, detail: one.label, type: 'property', info: entity.label }));

/** What can stand where one types: functions, fields behind a point, names of entities and scripts inside quotes. */
export function suggested(known: () => Known) {
  return (context: CompletionContext): CompletionResult | null => {
    const before = context.state.doc.lineAt(context.pos).text.slice(0, context.pos - context.state.doc.lineAt(context.pos).from);
    const { entities, records, scripts, measures, help } = known();
    const word = /\w*$/.exec(before)![0];
    const from = context.pos - word.length;
    if (/\bimport\s+"\w*$/.test(before)) return { from, options: scripts.map((name) => ({ label: name, type: 'namespace' })) };
    if (/\b(get|find|find_one|count|create)\(\s*"\w*$/.test(before)) return { from, options: entities.map((one) => ({ label: one.name, detail: one.label, type: 'class' })) };
    if (/\bmeasures::(?:value\(\s*"|values\(.*?\bname:\s*")\w*$/.test(before)) return { from, options: measures.map((one) => ({ label: one.name, detail: one.label, type: 'class' })) };
    if (/\bmeasures::values?\(.*\bperiod:\s*"\w*$/.test(before)) return { from, options: PERIOD_WORDS.map((label) => ({ label, type: 'constant' })) };
    const ofEntity = /\b(?:find|find_one|count|create)\(\s*"(\w+)",.*?(?:["`][^"`]*|#\{[^}]*)$/.exec(before);
    const asked = ofEntity && entities.find((one) => one.name === ofEntity[1]);
    if (asked && !/\.\w*$/.test(before)) return { from, options: field(asked) };
    if (/\.\w*$/.test(before)) {
      const seen = new Set<string>();
      const fields = (records.length ? records : entities).flatMap(field).filter((one) => !seen.has(one.label) && seen.add(one.label));
      const methods = help.filter((one) => one.parameters.startsWith('records') || one.parameters.startsWith('text') || one.parameters.startsWith('value'));
      return { from, options: [...fields, ...methods.map(called)] };
    }
    if (!word && !context.explicit) return null;
    // Some functions are called by the name of a module: `mail::send`.
    const start = context.pos - /(?:\w+::)?\w*$/.exec(before)![0].length;
    return { from: start, options: [...help.map(called), ...[...WORDS].map((label) => ({ label, type: 'keyword' })), ...[...VALUES].map((label) => ({ label, type: 'constant' }))] };
  };
}

export const completions = (known: () => Known) => autocompletion({ override: [suggested(known)], icons: false });

const called = ({ name, parameters, text }: Help): Completion =>
  snippetCompletion(parameters ? `${name}(\${})` : `${name}()`, { label: name, detail: `(${parameters})`, info: text, type: 'function' });
