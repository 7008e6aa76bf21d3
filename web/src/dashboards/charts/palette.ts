import { type Hue, HUES } from '@/ui/hue';

/** The colours of the theme as a drawing needs them: written out, since it computes with them. */
export interface Palette {
  text: string;
  text2: string;
  text3: string;
  surface: string;
  border: string;
  hairline: string;
  sunken: string;
  primary: string;
  hues: Record<Hue, string>;
}

const TOKENS = { text: '--text', text2: '--text-2', text3: '--text-3', surface: '--surface', border: '--border', hairline: '--hairline', sunken: '--sunken', primary: '--primary' } as const;

/** Reads the colours where something is drawn. */
export function paletteAt(place: HTMLElement): Palette {
  const own = getComputedStyle(place);
  const probe = place.ownerDocument.createElement('i');
  probe.hidden = true;
  place.append(probe);
  const hues = Object.fromEntries(HUES.map((hue) => {
    probe.className = `hue-${hue}`;
    return [hue, getComputedStyle(probe).getPropertyValue('--hue-dot').trim() || '#64748b'];
  })) as Record<Hue, string>;
  probe.remove();
  const tokens = Object.fromEntries(Object.entries(TOKENS).map(([name, token]) => [name, own.getPropertyValue(token).trim() || '#475569'])) as Record<keyof typeof TOKENS, string>;
  return { ...tokens, hues };
}
