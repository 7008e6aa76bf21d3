let open: (() => void) | null = null;
let wanted = false;
const listeners = new Set<() => void>();

/** Opens the palette; the first time it is loaded. */
export function openPalette() {
  if (open) return open();
  wanted = true;
  listeners.forEach((listener) => listener());
}

/** Told by the palette when it is there. */
export function paletteReady(opener: () => void) {
  open = opener;
  if (wanted) opener();
}

export const isPaletteWanted = () => wanted;

export function onPaletteWanted(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
