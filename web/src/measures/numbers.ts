import { parseUnits } from '@/expression/decimal';
import { currentLocale } from '@/i18n';
import type { MeasureAnswer, NumberFormat } from './api';

const exact = (text: string) => text as unknown as number;

/** A number as its measure is written, rounded to the measure's digits. */
export function written(value: string, format: NumberFormat): string {
  const digits = { minimumFractionDigits: format.scale, maximumFractionDigits: format.scale };
  const made = (options: Intl.NumberFormatOptions) => new Intl.NumberFormat(currentLocale(), { ...digits, ...options }).format(exact(value));
  if (format.type === 'percent') return made({ style: 'percent' });
  if (format.type !== 'money' || !format.currency) return made({});
  try {
    return made({ style: 'currency', currency: format.currency, currencyDisplay: 'narrowSymbol' });
  } catch {
    return `${made({})} ${format.currency}`;
  }
}

/** A share as a percentage without digits after the point. */
export const percent = (share: string) => new Intl.NumberFormat(currentLocale(), { style: 'percent', maximumFractionDigits: 0 }).format(exact(share));

/** How much of a bar a share fills, between nothing and all of it. */
export function filled(share: string | null): number {
  const units = share === null ? undefined : parseUnits(share);
  if (units === undefined || units <= 0n) return 0;
  return Math.min(1, Number(units) / 1e12);
}

export interface Change {
  text: string;
  up: boolean;
  good: boolean;
}

/** The change since the period before: points of a percentage, else a share; nothing where nothing changed or is known. */
export function changeOf(answer: MeasureAnswer, better: 'higher' | 'lower', points: (number: string) => string): Change | undefined {
  const [value, previous] = [answer.value, answer.previous].map((text) => (text === null ? undefined : parseUnits(text)));
  if (value === undefined || previous === undefined || value === previous) return undefined;
  const up = value > previous;
  const good = up === (better === 'higher');
  if (answer.format.type === 'percent') {
    const difference = Number(up ? value - previous : previous - value) / 1e10;
    return { text: points(new Intl.NumberFormat(currentLocale(), { maximumFractionDigits: 1 }).format(difference)), up, good };
  }
  if (answer.change === null) return undefined;
  return { text: percent(answer.change.replace(/^-/, '')), up, good };
}
