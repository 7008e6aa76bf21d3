/** Names and identities that people never have to think of. */

const LETTERS: Record<string, string> = {
  а: 'a', б: 'b', в: 'v', г: 'g', д: 'd', е: 'e', ё: 'e', ж: 'zh', з: 'z', и: 'i', й: 'y', к: 'k', л: 'l', м: 'm', н: 'n', о: 'o', п: 'p',
  р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'kh', ц: 'ts', ч: 'ch', ш: 'sh', щ: 'shch', ъ: '', ы: 'y', ь: '', э: 'e', ю: 'yu', я: 'ya',
};

/** Words of the expression language and attributes of every record: never a name. */
const RESERVED = new Set(
  ('true false let const if else switch do while until loop for in continue break fn private is_def_var is_def_fn this return throw try catch ' +
    'import export as global Fn call curry type_of print debug eval var static begin end shared sync async await yield default void null nil ' +
    'spawn thread go new use with is module package super match public protected case each then goto exit ' +
    'id created_at created_by updated_at updated_by owner version deleted_at user').split(' '),
);

const MAX = 48;

/** Writes Cyrillic with Latin letters and drops accents of Latin ones. */
export function transliterate(text: string): string {
  return [...text.toLowerCase()]
    .map((letter) => LETTERS[letter] ?? letter)
    .join('')
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '');
}

/** Makes a name of a label: `Сумма сделки` gives `summa_sdelki`. */
export function nameFromLabel(label: string, fallback = 'field'): string {
  let name = transliterate(label).replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '');
  if (!name) name = fallback;
  if (!/^[a-z]/.test(name)) name = `${fallback}_${name}`;
  name = name.slice(0, MAX).replace(/_+$/, '');
  return RESERVED.has(name) ? `${name}_1` : name;
}

/** Makes the name unlike all taken ones by a number at its end. */
export function uniqueName(name: string, taken: Iterable<string>): string {
  const used = new Set(taken);
  if (!used.has(name)) return name;
  for (let number = 2; ; number += 1) {
    const tail = `_${number}`;
    const candidate = name.slice(0, MAX - tail.length) + tail;
    if (!used.has(candidate)) return candidate;
  }
}

/** Says whether the text may be a name. */
export const isName = (text: string): boolean => /^[a-z][a-z0-9_]*$/.test(text) && text.length <= MAX && !RESERVED.has(text);

const FIRST = 'abcdefghijklmnopqrstuvwxyz';
const REST = 'abcdefghijklmnopqrstuvwxyz234567';

/** Makes an identity, given by the client so that undo and redo never change it. */
export function newId(random: () => number = Math.random): string {
  const pick = (letters: string) => letters[Math.floor(random() * letters.length)];
  return pick(FIRST) + Array.from({ length: 9 }, () => pick(REST)).join('');
}
