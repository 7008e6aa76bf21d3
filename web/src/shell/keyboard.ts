import { useEffect, useRef } from 'react';

/** Keys by their place on the keyboard (`KeyC`, `Slash`, `g KeyD` for a sequence, `Shift+Slash`), so that they work on any layout. */
export type Shortcuts = Record<string, (event: KeyboardEvent) => void>;

const WINDOW = 1500;
const stack: { current: Shortcuts }[] = [];
let pending: { code: string; at: number } | null = null;

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) && (target as HTMLInputElement).type !== 'checkbox';
}

function find(name: string) {
  for (let index = stack.length - 1; index >= 0; index--) {
    const handler = stack[index]!.current[name];
    if (handler) return handler;
  }
  return undefined;
}

/** Whether a window was over the page when the key went down: the key that closes it may have taken it away before the page hears of it. */
let wasCovered = false;
const look = () => {
  wasCovered = !!document.querySelector('[role="dialog"][aria-modal="true"]');
};

function handle(event: KeyboardEvent) {
  if (event.defaultPrevented) return;
  const modifiers = `${event.ctrlKey || event.metaKey ? 'Mod+' : ''}${event.altKey ? 'Alt+' : ''}${event.shiftKey ? 'Shift+' : ''}`;
  const typing = isTyping(event.target);
  if (typing && !modifiers.startsWith('Mod+')) return;
  if (typing && event.code !== 'KeyK') return;
  if (!modifiers && wasCovered) return;
  if (!modifiers && pending && Date.now() - pending.at < WINDOW) {
    const sequence = find(`${pending.code} ${event.code}`);
    pending = null;
    if (sequence) {
      event.preventDefault();
      return sequence(event);
    }
  }
  if (!modifiers && event.code === 'KeyG') {
    pending = { code: 'KeyG', at: Date.now() };
    return;
  }
  const handler = find(modifiers + event.code);
  if (handler) {
    event.preventDefault();
    handler(event);
  }
}

/** Binds shortcuts while the component is there; those bound later win. */
export function useShortcuts(shortcuts: Shortcuts) {
  const reference = useRef(shortcuts);
  reference.current = shortcuts;
  useEffect(() => {
    if (stack.length === 0) {
      window.addEventListener('keydown', look, true);
      window.addEventListener('keydown', handle);
    }
    stack.push(reference);
    return () => {
      stack.splice(stack.indexOf(reference), 1);
      if (stack.length > 0) return;
      window.removeEventListener('keydown', look, true);
      window.removeEventListener('keydown', handle);
    };
  }, []);
}

/** A letter for each name, `g` then the letter: the first free one of the name. Home, Studio and Administration keep theirs. */
export function lettersFor(names: string[]): Map<string, string> {
  const taken = new Set(['h', 's', 'a']);
  const letters = new Map<string, string>();
  for (const name of names) {
    const letter = [...name.replace(/[^a-z]/g, '')].find((item) => !taken.has(item));
    if (!letter) continue;
    taken.add(letter);
    letters.set(name, letter);
  }
  return letters;
}
