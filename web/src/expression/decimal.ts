/** Exact decimals as whole counts of 10^-12, the browser's copy of `expression::Decimal`. */
export const DIGITS = 12;
const ONE = 10n ** 12n;
/** At most 16 digits before the point. */
const LIMIT = 10n ** 28n;

const PATTERN = /^([+-]?)(\d*)(?:\.(\d*))?$/;

/** Reads `-12.50`; nothing when it is no number, has more than 12 digits after the point or is out of range. */
export function parseUnits(text: string): bigint | undefined {
  const match = PATTERN.exec(text.trim());
  if (!match || (!match[2] && !match[3])) return undefined;
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  if (fraction.length > DIGITS) return undefined;
  const units = BigInt(match[2] || '0') * ONE + BigInt(fraction.padEnd(DIGITS, '0') || '0');
  return inRange(match[1] === '-' ? -units : units);
}

export const fromInteger = (value: bigint) => value * ONE;

/** The value when it has at most 16 digits before the point, else nothing. */
export function inRange(units: bigint): bigint | undefined {
  return units < LIMIT && units > -LIMIT ? units : undefined;
}

/** Quotient rounded half away from zero. */
export function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const negative = dividend < 0n !== divisor < 0n;
  const a = dividend < 0n ? -dividend : dividend;
  const b = divisor < 0n ? -divisor : divisor;
  const quotient = (a * 2n + b) / (b * 2n);
  return negative ? -quotient : quotient;
}

export const multiply = (a: bigint, b: bigint) => inRange(divideRounded(a * b, ONE));
export const divide = (a: bigint, b: bigint) => (b === 0n ? undefined : inRange(divideRounded(a * ONE, b)));

/** Rounds to so many digits after the point, half away from zero; negative digits round before it. */
export function roundUnits(units: bigint, digits: number): bigint {
  if (digits >= DIGITS) return units;
  const step = 10n ** BigInt(DIGITS - digits);
  return divideRounded(units, step) * step;
}

/** Text with at least `scale` digits after the point and no more zeros than that. */
export function unitsToText(units: bigint, scale = 0): string {
  const negative = units < 0n;
  const digits = (negative ? -units : units).toString().padStart(DIGITS + 1, '0');
  const whole = digits.slice(0, -DIGITS);
  const fraction = digits.slice(-DIGITS).replace(/0+$/, '').padEnd(scale, '0');
  return `${negative ? '-' : ''}${whole}${fraction ? `.${fraction}` : ''}`;
}
