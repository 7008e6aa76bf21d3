import { closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, indentOnInput } from '@codemirror/language';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import type { Problem } from '../model/types';
import { colours } from './colours';
import { marked } from './marked';
import { put, typed } from './typed';

export interface CodeProps {
  label: string;
  value: string;
  onChange: (text: string) => void;
  problems: Problem[];
  readOnly?: boolean;
}

/** Code in some language, with its mistakes where they are. Escape, then Tab leaves the editor. */
export function CodeArea({ label, value, onChange, problems, readOnly, language }: CodeProps & { language: Extension }) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const now = useRef(onChange);
  now.current = onChange;

  useEffect(() => {
    const made = new EditorView({
      parent: place.current!,
      state: EditorState.create({
        doc: value,
        extensions: [
          lineNumbers(), lintGutter(), history(), drawSelection(), highlightActiveLine(), highlightActiveLineGutter(), highlightSelectionMatches(),
          indentOnInput(), bracketMatching(), closeBrackets(), language, colours,
          keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, indentWithTab]),
          EditorState.readOnly.of(Boolean(readOnly)),
          EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0', ...(readOnly && { 'aria-readonly': 'true' }) }),
          typed((text) => now.current(text)),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
    // The editor is made once; what changes comes to it by the effects below.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [label, readOnly]);

  useEffect(() => put(view.current, value), [value]);

  useEffect(() => {
    const editor = view.current;
    if (editor) editor.dispatch(setDiagnostics(editor.state, problems.map((problem) => marked(editor.state, problem))));
  }, [problems, value]);

  return <div ref={place} className="code-editor" />;
}
