/** Moves the point of a written number, digit by digit and so without loss; what is no number stays as it is. */
export function shift(text: string, places: number): string {
  const found = /^(-?)(\d*)\.?(\d*)$/.exec(text.trim());
  if (!found || !/\d/.test(text)) return text;
  const [, sign = '', whole = '', part = ''] = found;
  const padding = '0'.repeat(Math.abs(places));
  const digits = padding + whole + part + padding;
  const point = padding.length + whole.length + places;
  const left = digits.slice(0, point).replace(/^0+(?=\d)/, '') || '0';
  const right = digits.slice(point).replace(/0+$/, '');
  return sign + left + (right ? `.${right}` : '');
}
