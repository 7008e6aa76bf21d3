export const HUES = ['blue', 'teal', 'violet', 'amber', 'rose', 'cyan', 'green', 'orange', 'lime', 'slate'] as const;
export type Hue = (typeof HUES)[number];

/** The hue a name keeps everywhere. */
export function hueOf(text: string): Hue {
  const sum = [...text].reduce((total, letter) => (total * 31 + letter.charCodeAt(0)) >>> 0, 7);
  return HUES[sum % HUES.length]!;
}

const KNOWN: Record<string, Hue> = { gray: 'slate', grey: 'slate', red: 'rose', pink: 'rose', yellow: 'amber', indigo: 'blue', purple: 'violet', emerald: 'green' };

/** A choice's colour as a hue; without one the place in the list decides. */
export function choiceHue(color: string | null | undefined, position: number): Hue {
  if (color && (HUES as readonly string[]).includes(color)) return color as Hue;
  if (color && KNOWN[color]) return KNOWN[color];
  return (['slate', 'cyan', 'violet', 'amber', 'green', 'rose', 'blue', 'teal', 'orange', 'lime'] as const)[Math.max(0, position) % 10]!;
}
