import { useQuery } from '@tanstack/react-query';
import { type CSSProperties, lazy, type Ref, Suspense, useImperativeHandle, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Catalog } from '@/catalog/catalog';
import type { Field } from '@/catalog/types';
import type { Known } from '../../model/suggest';
import { labelOf } from '../../model/types';
import { languageFunctions } from '../../state/api';
import { useStudio } from '../../state/StudioProvider';
import type { EditorHandle } from './Editor';

const Editor = lazy(() => import('./Editor'));
const NONE: Field[] = [];
const NO_MISTAKES: Props['mistakes'] = [];

interface Props {
  label: string;
  value: string;
  onChange: (text: string) => void;
  catalog: Catalog;
  /** The entity of the record that it speaks of; nothing where there is none. */
  entity?: string;
  /** Names beside those of fields. */
  extra?: Field[];
  mistakes: { message: string; line?: number; column?: number }[];
  error?: string;
  placeholder?: string;
  rows?: number;
  ref?: Ref<EditorHandle>;
}

/** The functions that expressions may call, those of scripts as drawn. */
export function useFunctions(enabled = true) {
  const { i18n } = useTranslation();
  return useQuery({ queryKey: ['functions', i18n.language], queryFn: ({ signal }) => languageFunctions(signal), enabled, staleTime: 5_000, placeholderData: (before) => before });
}

/** The text of an expression, with completion out of the attribute tree and the functions; its mistakes stand below. */
export function ExpressionText({ label, value, onChange, catalog, entity, extra = NONE, mistakes, error, placeholder, rows = 3, ref }: Props) {
  const { t } = useTranslation('studio');
  const { measures, language } = useStudio();
  const functions = useFunctions().data;
  // A name that is still being chosen is no mistake yet.
  const [listing, setListing] = useState(false);
  const known = useMemo<Known>(
    () => ({ catalog, entity, extra, functions: functions ?? [], measures: measures.map((one) => ({ name: one.name, label: labelOf(one, language) })), t }),
    [catalog, entity, extra, functions, measures, language, t],
  );
  const editor = useRef<EditorHandle>(null);
  // What is picked before the editor is there is written at the end.
  useImperativeHandle(ref, () => ({ insert: (text, select) => (editor.current ? editor.current.insert(text, select) : onChange(value + text)) }), [onChange, value]);
  return (
    <div style={{ '--rows': rows } as CSSProperties}>
      <Suspense fallback={<div className="expression-editor control-input expression" aria-busy>{value}</div>}>
        <Editor ref={editor} label={label} value={value} onChange={onChange} known={known} mistakes={listing ? NO_MISTAKES : mistakes} invalid={Boolean(error) && !listing} placeholder={placeholder} onListing={setListing} />
      </Suspense>
      {error && <div style={{ visibility: listing ? 'hidden' : undefined }} className="control-error pre-line" role="alert">{error}</div>}
    </div>
  );
}
