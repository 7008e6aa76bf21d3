import type { Entity } from '@/catalog/types';
import { openPalette } from './palette';

/** Whether the person may make a record of the kind. */
export const mayCreate = (entity: Entity | undefined) => !!entity?.operations.create && !entity.read_only;

let opener: (() => void) | null = null;

/** A list or a card says here what `c` and the phone's plus make. Returns the way to stop. */
export function offerCreate(open: () => void): () => void {
  opener = open;
  return () => {
    if (opener === open) opener = null;
  };
}

/** Makes a record of the kind on the screen; where there is none, the palette asks which, unless there is nothing to make. */
export function openCreate(mayAny = true) {
  if (opener) opener();
  else if (mayAny) openPalette();
}
