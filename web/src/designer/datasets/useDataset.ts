import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Field } from '@/catalog/types';
import { partScope, rowScope, type Scope } from '../model/datasetScope';
import { tidy } from '../model/equal';
import { ofDocument } from '../model/problems';
import { type DatasetDoc, keyOf, type Label, type Problem } from '../model/types';
import { type DatasetSample, sampleDataset } from '../state/api';
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
  /** What the server makes of it as it is drawn; nothing while it cannot be read at all. */
  sample?: DatasetSample;
  /** Whether the sample is of what is on the screen. */
  isSettled: boolean;
  save: (doc: DatasetDoc, mark?: string) => void;
  /** What a field is called in every language. */
  labelOfField: (field: Field) => Label;
}

/** How long nothing changes before the rows are read again. */
const PAUSE = 700;

export function useDataset(doc: DatasetDoc): Dataset {
  const { bench, state, documents, draftCatalog, language } = useStudio();
  const scopes = useMemo(() => doc.parts.map((part) => partScope(draftCatalog(), part)), [doc.parts, draftCatalog]);
  const [settled] = useDebouncedValue(doc, PAUSE);
  const found = useQuery({ queryKey: ['dataset', settled.id ?? settled.name, tidy(settled)], queryFn: ({ signal }) => sampleDataset(tidy(settled), signal), placeholderData: keepPreviousData, retry: false });
  const sample = found.isError ? undefined : found.data;
  const row = useMemo(() => rowScope(draftCatalog(), doc, language, sample?.fields), [doc, draftCatalog, language, sample?.fields]);
  const problems = ofDocument(state.problems, keyOf(doc));
  const labels = useMemo(() => new Map(documents.flatMap((one) => (one.kind === 'entity' ? (one.fields ?? []).map((field) => [field.id ?? field.name, field.label] as const) : []))), [documents]);
  return {
    doc, problems, scopes, row, sample, isSettled: settled === doc && !found.isPlaceholderData,
    published: state.published.get(keyOf(doc)) as DatasetDoc | undefined,
    save: (next, mark) => bench.edit(next, mark && `${doc.id}:${mark}`),
    labelOfField: (field) => labels.get(field.id) ?? { [language]: field.label },
  };
}

/** The message at a place of the document, or below it. */
export const wrongAt = (problems: Problem[], path: string): string | undefined => problems.find((problem) => problem.path === path || problem.path.startsWith(`${path}/`))?.message;
