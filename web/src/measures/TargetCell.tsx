import { type KeyboardEvent, useState } from 'react';
import { parseTyped, shift } from '@/fields/numbers';

interface Props {
  label: string;
  value: string | null;
  shown: (value: string | undefined) => string;
  /** What it comes to without a value of its own. */
  hint?: string;
  /** Whether 15 is typed for 15 %. */
  percent: boolean;
  onSave: (value: string | null) => void;
  /** Takes a block of cells; says whether it was one. */
  onPaste: (text: string) => boolean;
}

/** The text that is typed over: without signs and groups. */
const plain = (value: string | null, percent: boolean) => (value === null ? '' : (percent ? shift(value, 2) : value).replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, ''));

/** One target, typed in place; Enter goes down, as in a spreadsheet. */
export function TargetCell({ label, value, shown, hint, percent, onSave, onPaste }: Props) {
  const [typed, setTyped] = useState<string | null>(null);
  const read = typed === null || !typed.trim() ? null : parseTyped(typed);
  const commit = () => {
    if (typed === null || read === undefined) return;
    setTyped(null);
    const next = read === null || read === '' ? null : percent ? shift(read, -2) : read;
    if (next !== value) onSave(next);
  };
  const key = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Escape') return setTyped(plain(value, percent));
    if (event.key !== 'Enter' && event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    const cell = event.currentTarget.closest('td');
    const row = cell?.parentElement;
    const next = event.key === 'ArrowUp' || (event.key === 'Enter' && event.shiftKey) ? row?.previousElementSibling : row?.nextElementSibling;
    const input = cell && next?.children[[...row!.children].indexOf(cell)]?.querySelector('input');
    if (input) input.focus();
    else event.currentTarget.blur();
  };
  return (
    <input className="target-cell" aria-label={label} inputMode="decimal" autoComplete="off" value={typed ?? shown(value ?? undefined)} placeholder={shown(hint)} aria-invalid={read === undefined || undefined}
      onFocus={(event) => { setTyped(plain(value, percent)); const input = event.currentTarget; requestAnimationFrame(() => input.select()); }} onChange={(event) => setTyped(event.currentTarget.value)} onBlur={commit} onKeyDown={key}
      onPaste={(event) => { if (onPaste(event.clipboardData.getData('text'))) { event.preventDefault(); setTyped(null); event.currentTarget.blur(); } }} />
  );
}
