/** What may come where one types in an expression: fields by name and label, functions, variables, values of choices. */
import { type Catalog, inverseFields, isToMany, isToOne, ownFields, systemFields, targetOf } from '@/catalog/catalog';
import type { Field } from '@/catalog/types';
import type { Function } from '../state/api';
import { FORMS } from './functions';
import type { Place, Step } from './place';
import { termOf } from './terms';

type Say = (key: string, options?: Record<string, unknown>) => string;

export interface Known {
  catalog: Catalog;
  /** The entity of the record; nothing where there is none. */
  entity?: string;
  /** Names beside those of fields: parameters of a measure. */
  extra?: Field[];
  functions: Function[];
  measures: { name: string; label: string }[];
  t: Say;
}

export interface Suggestion {
  /** What it is called in expressions, and what people call it or what it takes and gives. */
  name: string;
  detail: string;
  /** What it does, and how. */
  text?: string;
  example?: string;
  /** What is written; `${}` is where one types on. */
  insert: string;
  kind: 'field' | 'variable' | 'function' | 'value' | 'word';
}

type Value = { record: string } | { records: string } | { any: Field } | { value: string; field?: Field };

const OPAQUE = ['json', 'address', 'location', 'secret', 'file', 'image'];
const VALUES: Partial<Record<Field['type'], string>> = {
  integer: 'integer', rating: 'integer', decimal: 'decimal', money: 'decimal', percent: 'decimal', boolean: 'boolean', date: 'date', datetime: 'datetime',
  time: 'time', duration: 'duration', multi_choice: 'choices', id: 'id', any_link: 'any',
};
const MOST = 60;
const MOST_DEEP = 12;

const typeOf = (field: Field) => VALUES[field.type] ?? 'text';
const fits = (wanted: string, given: string) => wanted === given || (wanted === 'decimal' && given === 'integer');

function valueOf(field: Field): Value {
  const target = targetOf(field);
  if (field.type === 'any_link') return { any: field };
  if (target && isToMany(field)) return { records: target };
  if (target && isToOne(field)) return { record: target };
  return { value: typeOf(field), field };
}

/** What a path comes to; nothing where that cannot be seen. */
function resolve(known: Known, steps: Step[], variables: Place['variables']): Value | undefined {
  let found: Value | undefined;
  for (const [at, { name, called }] of steps.entries()) {
    if (called) {
      const result = known.functions.find((one) => one.name === name)?.result;
      if (found && 'records' in found) {
        if (name === 'first') found = { record: found.records };
        else if (name !== 'filter') found = { value: name === 'count' ? 'integer' : name === 'any' || name === 'all' ? 'boolean' : 'decimal' };
      } else found = result ? { value: result } : undefined;
    } else if (at === 0) found = begins(known, name, variables);
    else if (found && 'any' in found) found = { record: name.replace(/^as_/, '') };
    else {
      const field: Field | undefined = found && 'record' in found ? known.catalog.field(found.record, name) : undefined;
      found = field && valueOf(field);
    }
    if (!found) return undefined;
  }
  return found;
}

function begins(known: Known, name: string, variables: Place['variables']): Value | undefined {
  const at = variables.findIndex((one) => one.name === name);
  if (at >= 0) {
    const over = resolve(known, variables[at]!.over, variables.slice(at + 1));
    return over && 'records' in over ? { record: over.records } : undefined;
  }
  const field = known.extra?.find((one) => one.name === name) ?? known.catalog.field(known.entity, name);
  if (field) return valueOf(field);
  if (name === '""') return { value: 'text' };
  return name === 'user' ? { record: 'user' } : undefined;
}

/** How well something answers to what is typed, by its name or by what people call it; negative when not at all. */
function rank(word: string, name: string, label: string): number {
  const [wanted, own, called] = [word.toLowerCase(), name.toLowerCase(), label.toLowerCase()];
  if (!wanted || own.startsWith(wanted)) return 0;
  if (called.startsWith(wanted)) return 1;
  if (own.split(/[_.]|::/).some((part) => part.startsWith(wanted)) || called.split(/[\s›]+/).some((part) => part.startsWith(wanted))) return 2;
  return own.includes(wanted) || called.includes(wanted) ? 3 : -1;
}

/** What answers to a word: fields by their labels too, functions by what they do once there is enough of the word. */
function ranked(word: string, all: Suggestion[], later = 0): (Suggestion & { rank: number })[] {
  const of = ({ kind, name, detail, text = '' }: Suggestion) => {
    const best = rank(word, name, kind === 'function' ? '' : detail);
    return best >= 0 || kind !== 'function' || word.length < 3 ? best : rank(word, '', text) < 0 ? -1 : 3;
  };
  return all.map((one) => ({ ...one, rank: of(one) + later })).filter((one) => one.rank >= later);
}

function fieldsOf({ catalog }: Known, entity: string | undefined): Field[] {
  const found = catalog.entity(entity);
  return found ? [...ownFields(found), ...inverseFields(found), ...systemFields(found)].filter((field) => !OPAQUE.includes(field.type)) : [];
}

const fieldOption = (field: Field): Suggestion => ({ name: field.name, detail: field.label, insert: field.name, kind: 'field' });

/** Fields a step further, as they are written from the record. */
function deeper(known: Known, entity: string, word: string): (Suggestion & { rank: number })[] {
  if (word.length < 2) return [];
  const all = fieldsOf(known, entity).filter((field) => isToOne(field) || isToMany(field)).flatMap((link) => fieldsOf(known, targetOf(link)).filter((field) => !isToMany(field) && !(isToMany(link) && !['decimal', 'integer'].includes(typeOf(field)))).map((field) => {
    const path = `${link.name}.${field.name}`;
    const best = rank(word, field.name, field.label);
    return { name: path, detail: `${link.label} › ${field.label}`, insert: termOf(known.catalog, entity, path), kind: 'field' as const, rank: best < 0 || field.system ? -1 : best + 4 };
  }));
  return all.filter((one) => one.rank >= 0).slice(0, MOST_DEEP);
}

/** A function as a call, of what stands before the point or of its first argument. */
function functionOption(one: Function, after: boolean, t: Say): Suggestion {
  const word = (type: string) => t(`formula_word.${type}`, { defaultValue: type });
  const takes = one.parameters.map((type, at) => (one.names ? `${one.names[at]}: ${word(type)}` : word(type))).slice(after ? 1 : 0);
  const given = one.names ? one.names.map((name) => `\${${name}}`).join(', ') : '${}';
  const insert = takes.length ? `${one.name}(${given})` : `${one.name}()`;
  return { name: one.name, detail: `(${takes.join(', ')}) → ${word(one.result)}`, text: one.text, example: one.example, insert, kind: 'function' };
}

function formOption(form: (typeof FORMS)[number], letter: string, t: Say): Suggestion {
  const word = form.name === '??' ? 'or' : form.name;
  const body = form.call.includes('|x|') ? `${form.name}(|${letter}| ${letter}.\${})` : `${form.name}()`;
  return { name: form.name, detail: form.signature.slice(form.name.length), text: t(`formula_form.${word}`), example: form.example, insert: body, kind: 'function' };
}

/** What may stand behind the point. */
function members(known: Known, place: Place): (Suggestion & { rank: number })[] {
  const { t, functions } = known;
  const before = resolve(known, place.chain!, place.variables);
  if (before && 'record' in before) return ranked(place.word, fieldsOf(known, before.record).map(fieldOption));
  if (before && 'any' in before) {
    const targets = (before.any.targets ?? []).flatMap((name) => known.catalog.entity(name) ?? []);
    return ranked(place.word, targets.map((entity) => ({ name: `as_${entity.name}`, detail: entity.label, insert: `as_${entity.name}`, kind: 'field' as const })));
  }
  if (before && 'records' in before) {
    const taken = place.variables.map((one) => one.name);
    const letter = [...before.records.charAt(0), ...'abcdefghijklmnopqrstuvwxyz'].find((one) => !taken.includes(one)) ?? 'x';
    return ranked(place.word, FORMS.filter((form) => form.family === 'related').map((form) => formOption(form, letter, t)));
  }
  const own = functions.filter((one) => !one.names && one.parameters.length > 0 && (!before || !('value' in before) || fits(one.parameters[0]!, before.value)));
  return ranked(place.word, own.map((one) => functionOption(one, true, t)));
}

/** What may stand inside the quotes. */
function texts(known: Known, { text, word, variables }: Place): (Suggestion & { rank: number })[] {
  const option = (name: string, detail: string): Suggestion => ({ name, detail, insert: name, kind: 'value' });
  if (text?.called === 'measure' || text?.called === 'target') return ranked(word, known.measures.map((one) => option(one.name, one.label)));
  const compared = text?.compared && resolve(known, text.compared, variables);
  const choices = compared && 'value' in compared ? (compared.field?.choices ?? []) : [];
  return ranked(word, choices.map((choice) => option(choice.value, choice.label)));
}

/** What may begin anew. */
function names(known: Known, { word, variables }: Place): (Suggestion & { rank: number })[] {
  const { t } = known;
  const own = variables.map((one): Suggestion => {
    const over = resolve(known, one.over, variables.slice(variables.indexOf(one) + 1));
    return { name: one.name, detail: over && 'records' in over ? (known.catalog.entity(over.records)?.label ?? '') : '', insert: one.name, kind: 'variable' };
  });
  const user: Suggestion = { name: 'user', detail: t('suggest.user'), insert: 'user', kind: 'word' };
  const words = [
    { ...formOption(FORMS[0]!, '', t), insert: 'if ${} { ${} } else { ${} }' }, ...['true', 'false'].map((name): Suggestion => ({ name, detail: t(`formula_value.${name}`), insert: name, kind: 'word' })),
    ...FORMS.filter((form) => form.family === 'measure').map((form) => ({ ...formOption(form, '', t), insert: `${form.name}("\${}")` })),
  ];
  return [
    ...ranked(word, [...own, ...(known.extra ?? []).map(fieldOption), ...fieldsOf(known, known.entity).map(fieldOption), user]),
    ...(known.entity ? deeper(known, known.entity, word) : []),
    // Functions come behind the fields that answer as well.
    ...ranked(word, known.functions.map((one) => functionOption(one, false, t)), 0.5), ...ranked(word, words, 0.5),
  ];
}

/** Lists what may come at a place, what answers best first. */
export function suggestions(place: Place, known: Known): Suggestion[] {
  const found = place.text ? texts(known, place) : place.chain ? members(known, place) : names(known, place);
  return found.map((one, at) => ({ one, at })).sort((a, b) => a.one.rank - b.one.rank || a.at - b.at).slice(0, MOST).map(({ one: { rank: _, ...one } }) => one);
}
