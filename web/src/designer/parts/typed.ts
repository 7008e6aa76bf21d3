import { Annotation } from '@codemirror/state';
import { EditorView } from '@codemirror/view';

/** Marks what the page puts into an editor, which the person did not type. */
const fromOutside = Annotation.define<boolean>();

/** Tells what the person typed. */
export const typed = (tell: (text: string) => void) => EditorView.updateListener.of((update) => {
  if (update.docChanged && !update.transactions.some((one) => one.annotation(fromOutside))) tell(update.state.doc.toString());
});

/** Puts another text into an editor. */
export function put(editor: EditorView | undefined, text: string) {
  if (!editor || editor.state.doc.toString() === text) return;
  editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text }, annotations: fromOutside.of(true) });
}
