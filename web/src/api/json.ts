/** No text of the product holds this character, so no text is taken for a number. */
const MARK = '\u0000';
const LONG = /\d{16}/;
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const WHOLE = /^-?\d+$/;
const MARKED = /"\\u0000(-?\d+)"/g;

/** Reads JSON without losing digits: whole numbers that a float would change become `bigint`. */
export function parseJson(text: string): unknown {
  if (!LONG.test(text)) return JSON.parse(text);
  const marked = text.replace(TOKENS, (token) => (WHOLE.test(token) && !Number.isSafeInteger(Number(token)) ? `"\\u0000${token}"` : token));
  return JSON.parse(marked, (_, value: unknown) => (typeof value === 'string' && value.startsWith(MARK) ? BigInt(value.slice(1)) : value));
}

/** Writes JSON with the digits of every `bigint`. */
export function writeJson(value: unknown, indent?: number): string {
  const marked = JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${MARK}${part}` : part), indent) as string | undefined;
  return (marked ?? 'null').replace(MARKED, '$1');
}
