import { indentUnit } from '@codemirror/language';
import { useRef, useState } from 'react';
import type { Entity } from '@/catalog/types';
import { CodeArea, type CodeProps } from '../parts/CodeArea';
import { sqlOf } from './sql';

/** The SELECT of a dataset. */
export default function SqlEditor({ entities, ...rest }: CodeProps & { entities: Entity[] }) {
  const now = useRef(entities);
  now.current = entities;
  const [language] = useState(() => [indentUnit.of('  '), sqlOf(() => now.current)]);
  return <CodeArea {...rest} language={language} />;
}
