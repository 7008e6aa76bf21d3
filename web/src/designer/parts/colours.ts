import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { tags } from '@lezer/highlight';

/** The colours of code and of expressions. */
export const colours = syntaxHighlighting(HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: 'var(--code-keyword)', fontWeight: '500' },
  { tag: tags.string, color: 'var(--code-string)' },
  { tag: [tags.number, tags.atom, tags.bool, tags.null], color: 'var(--code-number)' },
  { tag: tags.comment, color: 'var(--text-3)', fontStyle: 'italic' },
  { tag: [tags.definition(tags.variableName), tags.standard(tags.name), tags.typeName], color: 'var(--code-function)' },
]));
