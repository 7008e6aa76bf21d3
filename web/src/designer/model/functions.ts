/** The functions of expressions as the editor of formulas lists them. */
import type { Function } from '../state/api';

export interface Listed {
  name: string;
  signature: string;
  result: string;
  text: string;
  example: string;
  /** Of a function of a script: what people call the script. */
  script?: string;
  /** What a pick writes, and the part of it to type over. */
  call: string;
  select?: string;
}

type Say = (key: string, options?: Record<string, unknown>) => string;

/** What the language has beside functions: choices, and what is made of related records. */
export const FORMS: { family: string; name: string; signature: string; result: string; call: string; select: string; example: string }[] = [
  { family: 'choice', name: 'if', signature: 'if … { … } else { … }', result: 'any', call: 'if condition { value } else { other }', select: 'condition', example: 'if amount > 1000 { "big" } else { "small" }' },
  { family: 'choice', name: '??', signature: '?? …', result: 'any', call: ' ?? 0', select: '0', example: 'discount ?? 0' },
  { family: 'choice', name: 'in', signature: 'in [ … ]', result: 'boolean', call: ' in ["one", "two"]', select: '"one", "two"', example: 'stage in ["won", "lost"]' },
  { family: 'related', name: 'sum', signature: 'sum(|x| …)', result: 'number', call: '.sum(|x| x.value)', select: 'value', example: 'items.sum(|i| i.price * i.quantity)' },
  { family: 'related', name: 'count', signature: 'count()', result: 'integer', call: '.count()', select: '', example: 'items.count()' },
  { family: 'related', name: 'avg', signature: 'avg(|x| …)', result: 'decimal', call: '.avg(|x| x.value)', select: 'value', example: 'items.avg(|i| i.price)' },
  { family: 'related', name: 'min', signature: 'min(|x| …)', result: 'any', call: '.min(|x| x.value)', select: 'value', example: 'items.min(|i| i.price)' },
  { family: 'related', name: 'max', signature: 'max(|x| …)', result: 'any', call: '.max(|x| x.value)', select: 'value', example: 'items.max(|i| i.price)' },
  { family: 'related', name: 'any', signature: 'any(|x| …)', result: 'boolean', call: '.any(|x| x.value)', select: 'x.value', example: 'items.any(|i| i.price > 100)' },
  { family: 'related', name: 'all', signature: 'all(|x| …)', result: 'boolean', call: '.all(|x| x.value)', select: 'x.value', example: 'items.all(|i| i.price > 100)' },
  { family: 'related', name: 'filter', signature: 'filter(|x| …)', result: 'links', call: '.filter(|x| x.value)', select: 'x.value', example: 'items.filter(|i| i.price > 100).count()' },
  { family: 'related', name: 'first', signature: 'first(|x| …)', result: 'link', call: '.first(|x| x.value)', select: 'x.value', example: 'items.first(|i| i.price > 100).name' },
  { family: 'measure', name: 'measure', signature: 'measure(name, period, person)', result: 'decimal', call: 'measure("name")', select: 'name', example: 'measure("won", "this_month", owner)' },
  { family: 'measure', name: 'target', signature: 'target(name, period, person)', result: 'decimal', call: 'target("name")', select: 'name', example: 'target("won", "this_month", owner)' },
];

const ORDER = ['script', 'choice', 'related', 'number', 'text', 'date', 'calendar', 'period', 'moment', 'reading', 'logic', 'measure'];

/** Puts all into groups, those that have the words in their name, text or example. */
export function groupsOf(functions: Function[], words: string, say: Say): { family: string; items: Listed[] }[] {
  const word = (type: string) => say(`formula_word.${type}`, { defaultValue: type });
  const forms = FORMS.map(({ family, ...form }) => ({ family, ...form, result: word(form.result), text: say(`formula_form.${form.name === '??' ? 'or' : form.name}`) }));
  const calls = functions.map((one) => {
    const [first] = one.parameters;
    const takes = one.parameters.map((type, at) => (one.names ? `${one.names[at]}: ${word(type)}` : word(type)));
    return { family: one.family, name: one.name, signature: `${one.name}(${takes.join(', ')})`, result: word(one.result), text: one.text, example: one.example, script: one.script, call: one.example, ...(first !== undefined && { select: argumentOf(one.example) }) };
  });
  const wanted = words.trim().toLowerCase();
  const fits = (one: Listed) => [one.name, one.text, one.example].some((text) => text.toLowerCase().includes(wanted));
  const all = [...(functions.length ? forms : []), ...calls].filter(fits);
  return ORDER.map((family) => ({ family, items: all.filter((one) => one.family === family) })).filter((group) => group.items.length > 0);
}

/** What comes first in an example: what is called on, or the first argument. */
export function argumentOf(example: string): string | undefined {
  const [, receiver, argument] = /^(?:([\w.]+)\.\w+\(|[\w:]+\(\s*("[^"]*"|[\w.]+))/.exec(example) ?? [];
  return receiver ?? argument;
}
