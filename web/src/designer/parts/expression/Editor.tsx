import { acceptCompletion, clearSnippet, closeBrackets, closeBracketsKeymap, closeCompletion, completionKeymap, completionStatus, hasNextSnippetField, hasPrevSnippetField } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, keymap, placeholder as hint, tooltips } from '@codemirror/view';
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import type { Known } from '../../model/suggest';
import { marked } from '../marked';
import { put, typed } from '../typed';
import { rhai } from '../../scripts/rhai';
import { colours } from '../colours';
import { completions } from './complete';

export interface EditorHandle {
  /** Writes over what is selected; the part that is to be typed over is selected afterwards. */
  insert: (text: string, select?: string) => void;
}

export interface EditorProps {
  label: string;
  value: string;
  onChange: (text: string) => void;
  known: Known;
  mistakes: { message: string; line?: number; column?: number }[];
  invalid: boolean;
  placeholder?: string;
  /** Told when the list of completions opens and closes. */
  onListing?: (open: boolean) => void;
  ref?: Ref<EditorHandle>;
}

const isListing = (state: EditorState) => completionStatus(state) === 'active';
/** Whether Escape means the list of completions, or what a completion has left to be filled in. */
const holdsEscape = (state: EditorState) => completionStatus(state) !== null || hasNextSnippetField(state) || hasPrevSnippetField(state);

/** An expression with completion; Tab leaves it when no list is open. */
export default function Editor({ label, value, onChange, known, mistakes, invalid, placeholder, onListing, ref }: EditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const now = useRef({ onChange, known, onListing });
  now.current = { onChange, known, onListing };
  const attributes = useRef(new Compartment());
  const described = (wrong: boolean) => EditorView.contentAttributes.of({ 'aria-label': label, 'aria-multiline': 'true', 'aria-invalid': String(wrong), spellcheck: 'false', autocapitalize: 'off', autocorrect: 'off' });

  useEffect(() => {
    const made = new EditorView({
      parent: place.current!,
      state: EditorState.create({
        doc: value,
        extensions: [
          history(), EditorView.lineWrapping, bracketMatching(), closeBrackets(), rhai, colours, completions(() => now.current.known), tooltips({ position: 'fixed' }),
          keymap.of([{ key: 'Tab', run: acceptCompletion }, ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap]),
          attributes.current.of(described(invalid)), ...(placeholder ? [hint(placeholder)] : []),
          // A sheet listens to keys before the editor hears them, and leaves Escape to what says so.
          EditorView.contentAttributes.of((one) => (holdsEscape(one.state) ? { 'data-mantine-stop-propagation': 'true' } : null)),
          EditorView.updateListener.of((update) => {
            const listing = isListing(update.state);
            if (listing !== isListing(update.startState)) now.current.onListing?.(listing);
          }),
          typed((text) => now.current.onChange(text)),
        ],
      }),
    });
    view.current = made;
    // A pop-up hears Escape on its way down to the editor, a sheet that was drawn anew hears it after this.
    const close = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && made.hasFocus && (closeCompletion(made) || clearSnippet(made))) event.stopImmediatePropagation();
    };
    window.addEventListener('keydown', close, { capture: true });
    return () => {
      window.removeEventListener('keydown', close, { capture: true });
      made.destroy();
    };
    // The editor is made once; what changes comes to it by the effects below.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [label]);

  useEffect(() => put(view.current, value), [value]);

  useEffect(() => {
    const editor = view.current;
    if (editor) editor.dispatch(setDiagnostics(editor.state, mistakes.filter((one) => one.line).map((one) => marked(editor.state, one))));
  }, [mistakes, value]);

  useEffect(() => view.current?.dispatch({ effects: attributes.current.reconfigure(described(invalid)) }), [invalid]); // eslint-disable-line react-hooks/exhaustive-deps

  useImperativeHandle(ref, () => ({
    insert: (text, select) => {
      const editor = view.current;
      if (!editor) return;
      const { from, to } = editor.state.selection.main;
      const at = select ? text.indexOf(select) : -1;
      const selection = at >= 0 ? { anchor: from + at, head: from + at + select!.length } : { anchor: from + text.length };
      editor.dispatch({ changes: { from, to, insert: text }, selection, scrollIntoView: true, userEvent: 'input.pick' });
      // The pop-up that it was picked in gives the focus back first.
      setTimeout(() => editor.focus(), 60);
    },
  }), []);

  return <div ref={place} className="expression-editor control-input" data-error={invalid || undefined} />;
}
