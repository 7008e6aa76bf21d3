import { type FocusEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Field, FieldType } from '@/catalog/types';
import { FieldInput } from '@/fields/FieldInput';
import { isEmpty } from '@/fields/mapping';
import { Unread } from '@/fields/unread';

/** Types that are done as soon as a value is picked. */
const PICKED: FieldType[] = ['choice', 'boolean', 'link', 'user', 'date'];

export type Step = 'down' | 'right' | 'left';

interface Props {
  field: Field;
  value: unknown;
  /** What was typed before and refused, with the reason. */
  draft?: unknown;
  refusal?: string;
  /** In a line: a value that is picked is kept and the cell stays open, and the line itself says what is wrong in it. */
  inLine?: boolean;
  onSave: (value: unknown) => void;
  onFinish: (step?: Step) => void;
}

/** An input inside a cell: Enter and Tab keep the value and move on, Esc leaves the old one; what cannot be kept holds the cell open. */
export function CellEditor({ field, value, draft: first, refusal, inLine = false, onSave, onFinish }: Props) {
  const { t } = useTranslation('work');
  const [draft, setDraft] = useState(refusal ? first : value);
  const [problem, setProblem] = useState(refusal);
  const latest = useRef(draft);
  const kept = useRef(value);
  const done = useRef(false);
  const step = useRef<Step | undefined>(undefined);
  function keep(next: unknown) {
    if (next === kept.current) return;
    kept.current = next;
    onSave(next);
  }
  function finish(saved: boolean, way?: Step) {
    if (done.current) return;
    const next = typeof latest.current === 'string' ? latest.current.trim() || null : latest.current;
    const wrong = !saved || inLine ? undefined : next instanceof Unread ? next.problem : field.required && isEmpty(next) && !isEmpty(value) ? t('field.fill', { label: field.label }) : undefined;
    setProblem(wrong);
    if (wrong) return;
    done.current = true;
    if (saved) keep(next);
    onFinish(way);
  }
  function change(next: unknown) {
    latest.current = next;
    setDraft(next);
    setProblem(undefined);
  }
  function commit(next: unknown) {
    latest.current = next;
    if (inLine) keep(next);
    else finish(true, step.current);
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
    // A list takes Enter for itself while something is chosen in it.
    if (event.key === 'Enter' && !event.defaultPrevented) {
      event.preventDefault();
      finish(true, 'down');
    }
  }
  function leave(event: FocusEvent) {
    if (inside(event) && !event.currentTarget.contains(event.relatedTarget) && !event.relatedTarget?.closest('[role="dialog"]')) finish(true);
  }
  // The cell may have lost the focus with what it could not keep; Esc gives it up from wherever one is.
  const held = problem !== undefined;
  const giveUp = useRef(() => finish(false));
  giveUp.current = () => finish(false);
  useEffect(() => {
    if (!held) return;
    const press = (event: globalThis.KeyboardEvent) => { if (event.key === 'Escape') giveUp.current(); };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [held]);
  return (
    <span className="cell-editor" onKeyDownCapture={(event) => { step.current = event.key === 'Tab' ? (event.shiftKey ? 'left' : 'right') : undefined; }} onKeyDown={press} onBlur={leave}>
      <FieldInput id="cell-input" field={field} value={draft} error={problem} compact autoFocus onChange={change} onCommit={PICKED.includes(field.type) ? commit : undefined} />
    </span>
  );
}
