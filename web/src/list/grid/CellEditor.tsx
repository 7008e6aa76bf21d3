import { type FocusEvent, type KeyboardEvent, useRef, useState } from 'react';
import type { Field, FieldType } from '@/catalog/types';
import { FieldInput } from '@/fields/FieldInput';

/** Types that are done as soon as a value is picked. */
const PICKED: FieldType[] = ['choice', 'boolean', 'link', 'user', 'date'];

interface Props {
  field: Field;
  value: unknown;
  onSave: (value: unknown) => void;
  onFinish: (step?: 'down' | 'right' | 'left') => void;
}

/** An input inside a cell: Enter and Tab keep the value and move on, Esc leaves the old one. */
export function CellEditor({ field, value, onSave, onFinish }: Props) {
  const [draft, setDraft] = useState(value);
  const latest = useRef(value);
  const done = useRef(false);
  function finish(keep: boolean, step?: 'down' | 'right' | 'left') {
    if (done.current) return;
    done.current = true;
    if (keep) onSave(typeof latest.current === 'string' ? latest.current.trim() || null : latest.current);
    onFinish(step);
  }
  function change(next: unknown) {
    latest.current = next;
    setDraft(next);
  }
  // A dialog opened from the cell, to make the record a link lacks, is a part of it for React but not on the screen.
  const inside = (event: FocusEvent | KeyboardEvent) => event.currentTarget.contains(event.target as Node);
  function press(event: KeyboardEvent) {
    event.stopPropagation();
    if (!inside(event)) return;
    if (event.key === 'Escape') finish(false);
    if (event.key === 'Tab') {
      event.preventDefault();
      finish(true, event.shiftKey ? 'left' : 'right');
    }
    // An open list takes Enter for itself.
    if (event.key === 'Enter' && !PICKED.includes(field.type)) {
      event.preventDefault();
      finish(true, 'down');
    }
  }
  function leave(event: FocusEvent) {
    if (inside(event) && !event.currentTarget.contains(event.relatedTarget) && !event.relatedTarget?.closest('[role="dialog"]')) finish(true);
  }
  return (
    <span className="cell-editor" onKeyDown={press} onBlur={leave}>
      <FieldInput id="cell-input" field={field} value={draft} compact autoFocus onChange={change} onCommit={PICKED.includes(field.type) ? (next) => { latest.current = next; finish(true); } : undefined} />
    </span>
  );
}
