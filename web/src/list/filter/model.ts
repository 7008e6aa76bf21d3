import { isPeriod, OPERATORS, type Operator, takesMany, takesNoValue } from './operators';

/** One chip: a path of field names, what is asked, and the value. Links keep the title beside the id, for the chip. */
export interface Condition {
  path: string;
  operator: Operator;
  value?: unknown;
}

/** Whether enough is said for the condition to take part. */
export function isComplete({ operator, value }: Condition): boolean {
  if (takesNoValue(operator)) return true;
  if (operator === 'period') return isPeriod(value);
  if (takesMany(operator)) return Array.isArray(value) && value.length > 0;
  if (operator === 'between') return Array.isArray(value) && value.length === 2 && value.some((item) => item !== null && item !== '');
  return value !== undefined && value !== null && value !== '';
}

/** Conditions as the short text the address keeps. */
export function conditionsToText(conditions: Condition[]): string | undefined {
  const whole = conditions.filter(isComplete);
  return whole.length ? JSON.stringify(whole.map(({ path, operator, value }) => (value === undefined ? [path, operator] : [path, operator, value]))) : undefined;
}

/** Reads conditions as a saved view keeps them; what is not understood is left out. */
export function conditionsOf(items: Record<string, unknown>[]): Condition[] {
  return items.flatMap((item) => (typeof item.path === 'string' && OPERATORS.includes(item.operator as Operator) ? [{ path: item.path, operator: item.operator as Operator, value: item.value }] : []));
}

/** Reads them back; what is not understood is left out. */
export function conditionsFromText(text: string | undefined): Condition[] {
  if (!text) return [];
  try {
    const list = JSON.parse(text) as unknown;
    if (!Array.isArray(list)) return [];
    return list.flatMap((item: unknown) => {
      if (!Array.isArray(item) || typeof item[0] !== 'string' || !OPERATORS.includes(item[1] as Operator)) return [];
      return [{ path: item[0], operator: item[1] as Operator, value: item[2] as unknown }];
    });
  } catch {
    return [];
  }
}
