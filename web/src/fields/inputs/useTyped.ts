import { useState } from 'react';
import type { InputProps } from '../types';
import { Unread } from '../unread';

interface Reading {
  show: (value: unknown) => string;
  /** The value of a text; `undefined` when it is none. Nothing typed is `null` without asking. */
  read: (text: string) => unknown;
  problem: string;
}

/** A value typed as text: what cannot be read stays as it was typed, with the reason. */
export function useTyped({ value, onChange, onCommit }: Pick<InputProps, 'value' | 'onChange' | 'onCommit'>, { show, read, problem }: Reading) {
  const [typed, setTyped] = useState<string | null>(null);
  const unread = value instanceof Unread ? value : null;
  const take = (text: string) => {
    const found = text.trim() ? read(text) : null;
    return found === undefined ? new Unread(text, problem) : found;
  };
  return {
    text: typed ?? (unread ? unread.text : show(value)),
    typing: typed !== null,
    problem: unread?.problem,
    change: (text: string) => { setTyped(text); onChange(take(text)); },
    leave: () => {
      if (typed === null) return;
      setTyped(null);
      onCommit?.(take(typed));
    },
    set: (next: unknown) => { setTyped(null); onChange(next); onCommit?.(next); },
  };
}
