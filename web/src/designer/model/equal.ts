/** Whether two JSON values are the same whatever the order of their keys; absent and `undefined` are one. */
export function equal(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const a = left as Record<string, unknown>;
  const b = right as Record<string, unknown>;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => equal(a[key], b[key]));
}

const LABELS = new Set(['label', 'plural', 'description', 'message', 'text', 'hint', 'help']);

/** A copy without keys whose value is `undefined` and without empty texts of labels. */
export function tidy<T>(value: T): T {
  if (Array.isArray(value)) return value.map(tidy) as T;
  if (typeof value !== 'object' || value === null) return value;
  const kept: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(value as Record<string, unknown>)) {
    const whole = LABELS.has(key) && typeof part === 'object' && part !== null ? withoutEmpty(part) : tidy(part);
    const empty = LABELS.has(key) && key !== 'message' && typeof whole === 'object' && whole !== null && Object.keys(whole).length === 0;
    if (part !== undefined && !empty) kept[key] = whole;
  }
  return kept as T;
}

const withoutEmpty = (label: object): object => Object.fromEntries(Object.entries(label).filter(([, text]) => text !== '' && text !== undefined));
