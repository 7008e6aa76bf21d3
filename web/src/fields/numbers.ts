import { parseUnits, unitsToText } from '@/expression/decimal';
import { currentLocale } from '@/i18n';

const formats = new Map<string, Intl.NumberFormat>();

function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = currentLocale() + JSON.stringify(options);
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(currentLocale(), options);
  formats.set(key, made);
  return made;
}

/** `Intl` takes decimal text exactly; the type library does not say so yet. */
const exact = (text: string) => text as unknown as number;

/** Digits after the point a text has. */
const fractionOf = (text: string) => text.split('.')[1]?.length ?? 0;

/** `1250.5` as `1,250.50`: grouped, with at least `scale` digits and never fewer than the text has. */
export function formatDecimal(value: string | number | bigint, scale = 0): string {
  const text = String(value);
  const digits = Math.max(scale, fractionOf(text));
  return numberFormat({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(exact(text));
}

export function formatMoney(value: string | number, currency: string | null | undefined, scale = 2): string {
  const text = String(value);
  if (!currency) return formatDecimal(text, scale);
  try {
    return numberFormat({ style: 'currency', currency, currencyDisplay: 'narrowSymbol', minimumFractionDigits: scale, maximumFractionDigits: Math.max(scale, fractionOf(text)) }).format(exact(text));
  } catch {
    return `${formatDecimal(text, scale)} ${currency}`;
  }
}

export function currencySymbol(currency: string | null | undefined): string {
  if (!currency) return '';
  try {
    return numberFormat({ style: 'currency', currency, currencyDisplay: 'narrowSymbol' }).formatToParts(0).find((part) => part.type === 'currency')?.value ?? currency;
  } catch {
    return currency;
  }
}

/** Moves the point: `shift('0.15', 2)` is `15`. Exact, for percents. */
export function shift(text: string, places: number): string {
  const units = parseUnits(text);
  if (units === undefined) return text;
  const factor = 10n ** BigInt(Math.abs(places));
  if (places >= 0) return unitsToText(units * factor);
  return units % factor === 0n ? unitsToText(units / factor) : text;
}

export function formatPercent(value: string | number): string {
  const text = String(value);
  const digits = Math.max(0, fractionOf(text.replace(/0+$/, '')) - 2);
  return numberFormat({ style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits }).format(exact(text));
}

/** What a person typed as a whole number of the database: a `bigint` where a float would change its digits. */
export function parseWhole(typed: string): number | bigint | undefined {
  const text = typed.replace(/[\s\u00a0\u202f'’]/g, '').replace(/[−–]/g, '-').replace(/^\+/, '');
  const digits = /^-?\d{1,3}([,.]\d{3})+$/.test(text) ? text.replace(/[,.]/g, '') : text;
  if (!/^-?\d{1,19}$/.test(digits)) return undefined;
  const whole = BigInt(digits);
  if (BigInt.asIntN(64, whole) !== whole) return undefined;
  return Number.isSafeInteger(Number(digits)) ? Number(digits) : whole;
}

/** What a person typed (`1 234,5`, `1,234.5`, `−5`) as plain decimal text; nothing when it is no number. */
export function parseTyped(typed: string): string | undefined {
  let text = typed.replace(/[\s\u00a0\u202f'’]/g, '').replace(/[−–]/g, '-').replace(/[%₽€$£]/g, '');
  const comma = text.lastIndexOf(',');
  const point = text.lastIndexOf('.');
  if (comma >= 0 && point >= 0) text = comma > point ? text.replace(/\./g, '').replace(',', '.') : text.replace(/,/g, '');
  else if (comma >= 0) text = groupsOf(text) && currentLocale() !== 'ru-RU' ? text.replace(/,/g, '') : text.replace(',', '.');
  const units = parseUnits(text);
  if (units === undefined) return undefined;
  return text.startsWith('+') ? text.slice(1) : text.replace(/^(-?)\./, '$10.').replace(/\.$/, '');
}

const groupsOf = (text: string) => /^-?\d{1,3}(,\d{3})+$/.test(text);
