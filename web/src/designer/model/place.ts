/** Where one types in an expression: what stands before the cursor, as far as it tells what may come there. */

/** A part of a path: a name, or a call such as `filter(…)`. */
export interface Step {
  name: string;
  called: boolean;
}

export interface Place {
  /** What is typed of the name or the text, and where it begins. */
  word: string;
  from: number;
  /** What stands before the point; nothing where a name begins anew. */
  chain?: Step[];
  /** Inside the quotes of a text: the value that it is compared with, or the function that it is given to. */
  text?: { compared?: Step[]; called?: string };
  /** Variables of the closures around, the innermost first, with the records that they go over. */
  variables: { name: string; over: Step[] }[];
}

interface Token {
  kind: 'name' | 'text' | 'number' | 'comment' | 'sign';
  text: string;
  from: number;
  /** Whether a text or a comment goes on. */
  open: boolean;
}

const TOKEN = /(?<comment>\/\/[^\n]*(?<line>\n?)|\/\*(?:[^*]|\*(?!\/))*(?<block>\*\/)?)|(?<text>"(?:[^"\\]|\\[^]|"")*(?<quote>"?)|`[^`]*(?<tick>`?))|(?<number>\d[\d_]*(?:\.\d[\d_]*)?)|(?<name>[\p{L}_][\p{L}\p{N}_]*(?:::[\p{L}\p{N}_]*)?)|(?<sign>==|!=|<=|>=|&&|\|\||\?\?|\S)/gu;
const WORDS = new Set(['if', 'else', 'in', 'true', 'false']);

function tokensOf(text: string): Token[] {
  return [...text.matchAll(TOKEN)].map((match) => {
    const { comment, line, block, text: quoted, quote, tick, number, name } = match.groups!;
    const kind = comment !== undefined ? 'comment' : quoted !== undefined ? 'text' : number !== undefined ? 'number' : name !== undefined ? 'name' : 'sign';
    const open = kind === 'comment' ? !line && !block : kind === 'text' && !quote && !tick;
    return { kind, text: match[0], from: match.index, open };
  });
}

const isSign = (token: Token | undefined, ...signs: string[]) => token?.kind === 'sign' && signs.includes(token.text);
const opensFor = (sign: string) => (sign === ')' ? '(' : sign === ']' ? '[' : '{');

/** The index of what opens the brackets that close here. */
function opening(tokens: Token[], at: number): number {
  let depth = 0;
  const [close, open] = [tokens[at]!.text, opensFor(tokens[at]!.text)];
  for (let index = at; index >= 0; index--) {
    if (isSign(tokens[index], close)) depth += 1;
    if (isSign(tokens[index], open) && --depth === 0) return index;
  }
  return -1;
}

/** The path that ends at a token: `items.filter(…).price`; nothing where something else stands there. */
function chainAt(tokens: Token[], end: number): Step[] | undefined {
  const steps: Step[] = [];
  for (let at = end; ; at -= 1) {
    const called = isSign(tokens[at], ')');
    if (called) at = opening(tokens, at) - 1;
    const token = tokens[at];
    if (token?.kind === 'text' && !called) steps.unshift({ name: '""', called: false });
    else if (token?.kind !== 'name' || WORDS.has(token.text)) return undefined;
    else steps.unshift({ name: token.text, called });
    at -= 1;
    if (!isSign(tokens[at], '.')) return steps;
  }
}

/** The variables of closures that are open at the end; nothing while one of them is being named. */
function closures(tokens: Token[]): Place['variables'] | undefined {
  const stack: ({ name: string; over: Step[] } | undefined)[] = [];
  let naming = false;
  for (let at = 0; at < tokens.length; at++) {
    if (isSign(tokens[at], '(', '[', '{')) {
      const [name, close] = [tokens[at + 2], tokens[at + 3]];
      const over = isSign(tokens[at], '(') && isSign(tokens[at - 2], '.') ? chainAt(tokens, at - 3) : undefined;
      const begins = isSign(tokens[at + 1], '|');
      naming = begins && !isSign(close, '|');
      stack.push(begins && over && name?.kind === 'name' && isSign(close, '|') ? { name: name.text, over } : undefined);
    } else if (isSign(tokens[at], ')', ']', '}')) stack.pop();
  }
  return naming ? undefined : stack.filter((one) => one !== undefined).reverse();
}

/** What the text that is being typed stands beside. */
function besideText(tokens: Token[]): Place['text'] {
  let at = tokens.length - 1;
  if (isSign(tokens[at], '==', '!=')) return { compared: chainAt(tokens, at - 1) };
  if (isSign(tokens[at], '(') && tokens[at - 1]?.kind === 'name') return { called: tokens[at - 1]!.text };
  while (isSign(tokens[at], ',') || tokens[at]?.kind === 'text') at -= 1;
  if (!isSign(tokens[at], '[') || tokens[at - 1]?.text !== 'in') return {};
  return { compared: chainAt(tokens, isSign(tokens[at - 2], '!') ? at - 3 : at - 2) };
}

/** Looks at the text before the cursor; nothing where no name can stand. */
export function placeOf(before: string): Place | undefined {
  const tokens = tokensOf(before);
  const last = tokens.at(-1);
  if (last?.kind === 'comment' && last.open) return undefined;
  const all = tokens.filter((token) => token.kind !== 'comment');
  const end = all.at(-1);
  const ends = end !== undefined && end.from + end.text.length === before.length;
  if (ends && end.kind === 'number') return undefined;
  const variables = closures(all);
  if (!variables) return undefined;
  if (end?.kind === 'text' && end.open) return { word: end.text.slice(1), from: end.from + 1, text: besideText(all.slice(0, -1)), variables };
  const typed = ends && end.kind === 'name';
  const rest = typed ? all.slice(0, -1) : all;
  const place = { word: typed ? end.text : '', from: typed ? end.from : before.length, variables };
  return isSign(rest.at(-1), '.') ? { ...place, chain: chainAt(rest, rest.length - 2) ?? [] } : place;
}
