import { openPalette } from './palette';

let opener: (() => void) | null = null;

/** A list or a card says here what `c` and the phone's plus make. Returns the way to stop. */
export function offerCreate(open: () => void): () => void {
  opener = open;
  return () => {
    if (opener === open) opener = null;
  };
}

/** Makes a record of the kind on the screen; where there is none, the palette asks which. */
export function openCreate() {
  if (opener) opener();
  else openPalette();
}
