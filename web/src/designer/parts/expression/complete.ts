/** The editor's completion: what may come at the cursor, with labels, signatures and examples. */
import { autocompletion, type Completion, type CompletionContext, type CompletionResult, snippet, startCompletion } from '@codemirror/autocomplete';
import type { EditorView } from '@codemirror/view';
import { placeOf } from '../../model/place';
import { type Known, type Suggestion, suggestions } from '../../model/suggest';

interface Option extends Completion {
  of: Suggestion;
}

function optionOf(one: Suggestion): Option {
  const goesOn = one.insert.includes('${');
  const apply = goesOn
    ? (view: EditorView, option: Completion, from: number, to: number) => {
        snippet(one.insert)(view, option, from, Math.max(to, view.state.selection.main.to));
        // What a closure or a list of arguments begins with is named next.
        if (one.kind === 'function') startCompletion(view);
      }
    : one.insert;
  return { label: one.name, detail: one.detail, apply, type: one.kind, of: one };
}

/** What may stand where one types; unasked only once something is typed. */
export function suggested(known: () => Known) {
  return (context: CompletionContext): CompletionResult | null => {
    const { state, pos } = context;
    // What is selected is typed over: what it is called tells what is meant, else all may come.
    const meant = state.selection.main.to > pos ? optionsAt(state.sliceDoc(0, state.selection.main.to), true, known()) : null;
    return meant ?? optionsAt(state.sliceDoc(0, pos), context.explicit, known());
  };
}

function optionsAt(before: string, explicit: boolean, known: Known): CompletionResult | null {
  const place = placeOf(before);
  if (!place || (!place.word && !place.chain && !place.text && !explicit)) return null;
  const options = suggestions(place, known).map(optionOf);
  // What is all there already needs no list.
  const done = options.length === 1 && options[0]!.label === place.word && !explicit;
  return options.length && !done ? { from: place.from, options, filter: false } : null;
}

function about(option: Completion): Node | null {
  const { text, example } = (option as Option).of;
  if (!text && !example) return null;
  const line = document.createElement('div');
  line.className = 'option-about';
  for (const [tag, words] of [['span', text], ['code', example]] as const) {
    if (!words) continue;
    const part = line.appendChild(document.createElement(tag));
    part.textContent = words;
  }
  return line;
}

export const completions = (known: () => Known) =>
  autocompletion({ override: [suggested(known)], icons: false, tooltipClass: () => 'expression-options', optionClass: (option) => `option-${option.type}`, addToOptions: [{ render: about, position: 90 }] });
