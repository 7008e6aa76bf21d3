import { useMemo } from 'react';
import type { Field } from '@/catalog/types';
import { partScope, rowScope, type Scope } from '../model/datasetScope';
import { ofDocument } from '../model/problems';
import { type DatasetDoc, keyOf, type Label, type Problem } from '../model/types';
import { useStudio } from '../state/StudioProvider';

/** A dataset on the screen: what its expressions may speak of, what is wrong with it, and the way to change it. */
export interface Dataset {
  doc: DatasetDoc;
  published?: DatasetDoc;
  problems: Problem[];
  /** What the values of each part may speak of. */
  scopes: Scope[];
  /** The finished row. */
  row: Scope;
  save: (doc: DatasetDoc, mark?: string) => void;
  /** What a field is called in every language. */
  labelOfField: (field: Field) => Label;
}

export function useDataset(doc: DatasetDoc): Dataset {
  const { bench, state, documents, draftCatalog, language } = useStudio();
  const scopes = useMemo(() => doc.parts.map((part) => partScope(draftCatalog(), part)), [doc.parts, draftCatalog]);
  const row = useMemo(() => rowScope(draftCatalog(), doc, language), [doc, draftCatalog, language]);
  const problems = ofDocument(state.problems, keyOf(doc));
  const labels = useMemo(() => new Map(documents.flatMap((one) => (one.kind === 'entity' ? (one.fields ?? []).map((field) => [field.id ?? field.name, field.label] as const) : []))), [documents]);
  return {
    doc, problems, scopes, row,
    published: state.published.get(keyOf(doc)) as DatasetDoc | undefined,
    save: (next, mark) => bench.edit(next, mark && `${doc.id}:${mark}`),
    labelOfField: (field) => labels.get(field.id) ?? { [language]: field.label },
  };
}

/** The message at a place of the document, or below it. */
export const wrongAt = (problems: Problem[], path: string): string | undefined => problems.find((problem) => problem.path === path || problem.path.startsWith(`${path}/`))?.message;
