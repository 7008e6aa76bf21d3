/** What the server has not taken yet, kept in the browser: closing the page loses nothing. */
import type { Doc } from '../model/types';

/** A document, `null` for one marked for removal, nothing for one that is not there. */
export type Version = Doc | null | undefined;

/** A version of a document that waits, and the one of the server's draft it was made of. */
export interface Kept {
  mine: Version;
  base: Version;
}

export interface Shelf {
  all(): [string, Kept][];
  put(key: string, kept: Kept): void;
  drop(key: string): void;
}

export const noShelf: Shelf = { all: () => [], put: () => undefined, drop: () => undefined };

/** A shelf of one person in this browser; one entry a document, so that two tabs do not write over each other. */
export function browserShelf(user: string, storage: Storage = localStorage): Shelf {
  const prefix = `verstak.unsaved.${user}.`;
  // A browser that keeps nothing (no room, no leave) must not stop the work; the question before closing remains.
  const quietly = <T>(act: () => T, otherwise: T): T => {
    try {
      return act();
    } catch {
      return otherwise;
    }
  };
  const read = (name: string) => quietly(() => JSON.parse(storage.getItem(name) ?? 'null') as Kept | null, null);
  return {
    all: () => quietly(() => Object.keys(storage), [])
      .filter((name) => name.startsWith(prefix))
      .map((name): [string, Kept | null] => [name.slice(prefix.length), read(name)])
      .filter((entry): entry is [string, Kept] => entry[1] !== null),
    put: (key, kept) => quietly(() => storage.setItem(prefix + key, JSON.stringify(kept)), undefined),
    drop: (key) => quietly(() => storage.removeItem(prefix + key), undefined),
  };
}
