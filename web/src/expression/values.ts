/** Milliseconds of a day. */
export const DAY = 86_400_000n;

const collators = new Map<string, Intl.Collator>();

/** The order of texts in a language; those it holds for equal are told apart by their characters. */
export function compareTexts(left: string, right: string, language: string): number {
  let collator = collators.get(language);
  if (!collator) collators.set(language, (collator = new Intl.Collator(language, { usage: 'sort', sensitivity: 'variant', ignorePunctuation: false })));
  return collator.compare(left, right) || compareCodePoints(left, right);
}

/** The order of UTF-8 bytes, which is that of code points. */
function compareCodePoints(left: string, right: string): number {
  const [a, b] = [[...left], [...right]];
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const difference = a[index]!.codePointAt(0)! - b[index]!.codePointAt(0)!;
    if (difference) return difference;
  }
  return a.length - b.length;
}

export const isDate = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);

/** Days of a date since 1970. */
export function dateOf(text: string): number {
  const date = new Date(0);
  const [year, month, day] = text.split('-').map(Number);
  date.setUTCFullYear(year!, month! - 1, day);
  return Math.round(date.getTime() / Number(DAY));
}

const FIRST = BigInt(dateOf('0001-01-01'));
const LAST = BigInt(dateOf('9999-12-31'));

export function textOfDate(days: bigint): string | null {
  if (days < FIRST || days > LAST) return null;
  return new Date(Number(days * DAY)).toISOString().slice(0, 10);
}

const LENGTH = /^(-)?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,3})\d*)?S)?)?$/;

/** Milliseconds of an instant, or of a duration given as digits or by ISO 8601. */
export function millisecondsOf(text: string, kind: 'instant' | 'duration' = 'instant'): bigint | null {
  if (kind === 'instant') {
    const time = Date.parse(text);
    return Number.isNaN(time) ? null : BigInt(time);
  }
  if (/^-?\d+$/.test(text)) return BigInt(text);
  const match = LENGTH.exec(text);
  if (!match) return null;
  const [weeks, days, hours, minutes, seconds] = [match[2], match[3], match[4], match[5], match[6]].map((part) => BigInt(part ?? 0));
  const total = ((((weeks! * 7n + days!) * 24n + hours!) * 60n + minutes!) * 60n + seconds!) * 1000n + BigInt((match[7] ?? '').padEnd(3, '0') || 0);
  return match[1] ? -total : total;
}
