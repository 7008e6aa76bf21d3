import type { Diagnostic } from '@codemirror/lint';
import type { EditorState } from '@codemirror/state';
import type { Problem } from '../model/types';

/** A mistake at the word that it is about. */
export function marked({ doc }: EditorState, { line, column, message, severity }: Pick<Problem, 'line' | 'column' | 'message'> & { severity?: Problem['severity'] }): Diagnostic {
  const row = doc.line(Math.min(Math.max(line ?? 1, 1), doc.lines));
  const from = Math.min(row.from + Math.max((column ?? 1) - 1, 0), row.to);
  const word = /^\w+/.exec(doc.sliceString(from, row.to))?.[0].length ?? 1;
  return { from, to: Math.min(from + word, row.to), severity: severity === 'warning' ? 'warning' : 'error', message };
}
