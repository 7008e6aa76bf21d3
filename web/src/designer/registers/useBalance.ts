import { useMemo } from 'react';
import type { Catalog } from '@/catalog/catalog';
import type { Source } from '../model/balance';
import { ofDocument } from '../model/problems';
import { type FieldDoc, keyOf, type Problem, type RegisterDoc } from '../model/types';
import { useStudio } from '../state/StudioProvider';

/** A register of balances on the screen: what is wrong with it, what its records may give, and the way to change it. */
export interface Balance {
  doc: RegisterDoc;
  published?: RegisterDoc;
  problems: Problem[];
  catalog: Catalog;
  source: Source;
  save: (doc: RegisterDoc, mark?: string) => void;
}

/** What the document of a field says, by its identity. */
export function useSource(): Source {
  const { documents, language } = useStudio();
  const fields = useMemo(() => new Map(documents.flatMap((doc) => (doc.kind === 'entity' ? (doc.fields ?? []).map((field): [string, FieldDoc] => [field.id ?? field.name, field]) : []))), [documents]);
  return (field) => {
    const { label, choices, choice_set } = fields.get(field.id) ?? {};
    return { label: label ?? { [language]: field.label }, choices, choice_set };
  };
}

export function useBalance(doc: RegisterDoc): Balance {
  const { bench, state, draftCatalog } = useStudio();
  const source = useSource();
  return {
    doc, source, problems: ofDocument(state.problems, keyOf(doc)), catalog: draftCatalog(),
    published: state.published.get(keyOf(doc)) as RegisterDoc | undefined,
    save: (next, mark) => bench.edit(next, mark && `${doc.id}:${mark}`),
  };
}

/** The problems below a place, as those of a document of their own. */
export const below = (problems: Problem[], path: string): Problem[] => problems.filter((problem) => problem.path.startsWith(`${path}/`)).map((problem) => ({ ...problem, path: problem.path.slice(path.length) }));
