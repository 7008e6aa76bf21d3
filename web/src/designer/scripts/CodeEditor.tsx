import { indentUnit } from '@codemirror/language';
import { useRef, useState } from 'react';
import { CodeArea, type CodeProps } from '../parts/CodeArea';
import { completions, type Known, rhai } from './rhai';

/** The code of a script. */
export default function CodeEditor({ known, ...rest }: CodeProps & { known: Known }) {
  const now = useRef(known);
  now.current = known;
  const [language] = useState(() => [indentUnit.of('    '), rhai, completions(() => now.current)]);
  return <CodeArea {...rest} language={language} />;
}
