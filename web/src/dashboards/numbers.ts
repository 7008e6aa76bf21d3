import type { Catalog } from '@/catalog/catalog';
import { currentLocale } from '@/i18n';
import type { NumberFormat } from '@/measures/api';
import type { WidgetMeasure } from './types';

const exact = (text: string) => text as unknown as number;

const SCALES = { integer: 0, decimal: 2, money: 0, percent: 1 } as const;

/** A format with everything that it leaves open; money without a currency is that of the workspace. */
export function whole(format: Partial<NumberFormat>, currency?: string | null): NumberFormat {
  const type = format.type ?? 'decimal';
  return { type, scale: format.scale ?? SCALES[type], currency: type === 'money' ? (format.currency ?? currency ?? null) : null };
}

const CALL = /^\s*(sum|avg|min|max|median)\(\s*([a-z_][\w.]*)\s*\)\s*$/;

/** The path of which a measure adds up, averages or takes an extreme; nothing for what is more than that. */
export const pathOf = (expression: string) => CALL.exec(expression)?.[2];

const isCount = (expression: string) => /^\s*count\(\s*\)\s*$/.test(expression);

/** How a measure's numbers are written: as it says, else as the field that it is of. */
export function formatOf(catalog: Catalog, entity: string, measure: WidgetMeasure): NumberFormat {
  const currency = catalog.data.workspace.currency;
  if (measure.format) return whole(measure.format, currency);
  const path = pathOf(measure.expression);
  const field = path ? catalog.path(entity, path)?.at(-1) : undefined;
  if (isCount(measure.expression) || (field?.type === 'integer' && !measure.expression.trim().startsWith('avg'))) return whole({ type: 'integer' });
  if (field?.type === 'money') return whole({ type: 'money', currency: field.currency }, currency);
  if (field?.type === 'percent') return whole({ type: 'percent' });
  return { type: 'decimal', scale: -1, currency: null };
}

/** What a measure is called: by its label, else by its field. */
export function measureLabel(catalog: Catalog, entity: string, measure: WidgetMeasure, count: string): string {
  // The server calls a measure without a label by its name.
  if (measure.label && measure.label !== measure.name) return measure.label;
  if (isCount(measure.expression)) return count;
  const path = pathOf(measure.expression);
  return (path && catalog.path(entity, path)?.at(-1)?.label) || measure.name;
}

const formats = new Map<string, Intl.NumberFormat>();

function made(format: NumberFormat, more: Intl.NumberFormatOptions, isCompact: boolean): Intl.NumberFormat {
  const key = `${currentLocale()} ${format.type} ${format.scale} ${format.currency} ${isCompact} ${JSON.stringify(more)}`;
  const known = formats.get(key);
  if (known) return known;
  // Digits of which nobody has said anything: those that the number has, as far as people read them.
  const digits = format.scale < 0 ? { maximumFractionDigits: 2 } : { minimumFractionDigits: format.scale, maximumFractionDigits: format.scale };
  const style: Intl.NumberFormatOptions = format.type === 'percent' ? { style: 'percent' } : format.type === 'money' && format.currency ? { style: 'currency', currency: format.currency, currencyDisplay: 'narrowSymbol' } : {};
  const options = isCompact ? { ...style, notation: 'compact' as const, minimumFractionDigits: 0, maximumFractionDigits: 1 } : { ...digits, ...style };
  let result: Intl.NumberFormat;
  try {
    result = new Intl.NumberFormat(currentLocale(), { ...options, ...more });
  } catch {
    // A currency that is no code.
    result = new Intl.NumberFormat(currentLocale(), isCompact ? { notation: 'compact', maximumFractionDigits: 1 } : digits);
  }
  formats.set(key, result);
  return result;
}

/** A number in full: `8,431,200 €`. */
export const full = (value: string | number, format: NumberFormat) => made(format, {}, false).format(exact(String(value)));

/** A number in few letters: `41.7M`, «41,7 млн ₽». Below ten thousand it stays as it is, percentages always. */
export function compact(value: string | number, format: NumberFormat): string {
  return isLong(value, format) ? made(format, {}, true).format(exact(String(value))) : full(value, format);
}

/** A number in few letters however small it is, as its neighbours are written: «9 тыс.» beside «12 тыс.». */
export const short = (value: string | number, format: NumberFormat) => (format.type === 'percent' ? full(value, format) : made(format, {}, true).format(exact(String(value))));

/** The format without its currency, which stands once in a head. */
export const bare = (format: NumberFormat): NumberFormat => (format.type === 'money' ? { ...format, currency: null } : format);

const isLong = (value: string | number, format: NumberFormat) => format.type !== 'percent' && Math.abs(Number(value)) >= 10_000;

export interface Part {
  text: string;
  /** Letters beside the digits: a currency, millions, the sign of a percentage. */
  isUnit: boolean;
}

const DIGITS = ['integer', 'group', 'decimal', 'fraction', 'minusSign', 'plusSign'];

/** A number as digits and what stands beside them; in few letters where the room, in letters, is too narrow for all. */
export function parts(value: string, format: NumberFormat, room: number): Part[] {
  const isCompact = isLong(value, format) && full(value, format).length > room;
  const found: Part[] = [];
  for (const { type, value: text } of made(format, {}, isCompact).formatToParts(exact(value))) {
    const last = found.at(-1);
    const isUnit = !DIGITS.includes(type);
    if (last && last.isUnit === isUnit) last.text += text;
    else found.push({ text, isUnit });
  }
  return found;
}

/** A value for drawing; what is written is always the text itself. */
export const drawn = (value: unknown): number | null => (value === null || value === undefined || value === '' || !Number.isFinite(Number(value)) ? null : Number(value));
