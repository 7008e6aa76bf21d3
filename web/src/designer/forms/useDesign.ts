import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { createContext, useContext, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Reference } from '@/catalog/types';
import { useSubject } from '../dashboards/useSubject';
import type { Subject } from '../model/dashboardStart';
import { tidy } from '../model/equal';
import { type FormDoc, type FormNode, isInside, nodeAt, nodeOf, type Variant, withNode } from '../model/form';
import type { Moved } from '../model/formTree';
import { distinct, ofDocument } from '../model/problems';
import { keyOf, type Problem } from '../model/types';
import { useStudio } from '../state/StudioProvider';
import { type FormAttempt, tryForm } from './attempt';

export const DEVICES = ['desk', 'tablet', 'phone'] as const;
export type Device = (typeof DEVICES)[number];

/** How the form is looked at: drawn to be changed, or as people get it. */
export interface Look {
  device: Device;
  variant: Variant;
  isPreview: boolean;
  /** As whom: somebody of these roles, else oneself. */
  role?: string;
  record?: Reference | null;
}

/** A form on the screen: what is chosen on it, what is wrong, and the ways to change it. */
export interface Design {
  doc: FormDoc;
  subject: Subject;
  /** The pointer of what is chosen. */
  chosen?: string;
  node?: FormNode;
  choose: (at?: string) => void;
  save: (doc: FormDoc, mark?: string) => void;
  /** Keeps a changed tree and chooses what was moved or added. */
  put: (next: Moved | undefined) => void;
  /** Puts a part in the place of what stands at the pointer. */
  change: (at: string, node: FormNode, mark?: string) => void;
  problems: Problem[];
  /** What is wrong with a part itself, at paths within it. */
  problemsOf: (at: string) => Problem[];
  attempt?: FormAttempt;
  isWaiting: boolean;
  look: Look;
  setLook: (part: Partial<Look>) => void;
}

/** How long nothing changes before the server is asked. */
const PAUSE = 500;
const Context = createContext<Design | null>(null);
export const DesignProvider = Context.Provider;

export function useDesign(): Design {
  const design = useContext(Context);
  if (!design) throw new Error('useDesign outside DesignProvider');
  return design;
}

const inDocument = (path: string) => path.replace(/^\/document(?=\/|$)/, '');

export function useDesignOf(doc: FormDoc): Design | undefined {
  const { t, i18n } = useTranslation('studio');
  const { bench, state } = useStudio();
  const subject = useSubject()(doc.entity);
  const search = useSearch({ strict: false }) as { at?: string };
  const navigate = useNavigate();
  const [chosen, setChosen] = useState(search.at);
  const [look, keepLook] = useState<Look>({ device: 'desk', variant: 'edit', isPreview: false, role: doc.roles?.[0] });
  // A link to the place of a problem chooses it here too.
  useEffect(() => setChosen(search.at), [search.at]);
  const node = chosen === undefined ? undefined : nodeAt(doc, chosen);

  const role = look.isPreview ? look.role : undefined;
  const asked = JSON.stringify([tidy({ ...doc, label: undefined }), role]);
  const [settled] = useDebouncedValue(asked, PAUSE);
  const found = useQuery({
    queryKey: ['forms', 'attempt', settled, state.revision, i18n.language],
    queryFn: ({ signal }) => tryForm(tidy(doc), role ? [role] : undefined, signal),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const tried = found.data?.problems;
  const problems = useMemo(() => {
    const told = ofDocument(state.problems, keyOf(doc));
    const mine = (tried ?? []).map((one) => ({ ...one, document: keyOf(doc) }));
    // What is missing is said as a person sees it.
    const plain = (one: Problem): Problem => (/\/file$/.test(one.path) && (nodeAt(doc, one.path.slice(0, -5)) as { file?: string } | undefined)?.file === '' ? { ...one, message: t('forms.needs_file') } : one);
    const all = distinct([...mine, ...told].map((one) => plain({ ...one, path: inDocument(one.path) })));
    return all.filter((one, at) => all.findIndex((other) => other.path === one.path && other.message === one.message) === at);
  }, [state.problems, doc, tried, t]);

  const choose = (at?: string) => {
    setChosen(at);
    void navigate({ to: '.', search: { at } as never, replace: true });
  };
  const save = (next: FormDoc, mark?: string) => bench.edit(next, mark && `${doc.id}:${mark}`);
  return subject && {
    doc, subject, chosen: node ? chosen : undefined, node, choose, save, problems, look,
    attempt: found.data,
    isWaiting: found.isFetching || settled !== asked,
    put: (next) => {
      if (!next) return;
      save(next.doc);
      choose(next.at);
    },
    change: (at, next, mark) => save(withNode(doc, at, () => next), mark && `${at}:${mark}`),
    problemsOf: (at) => problems.filter((one) => nodeOf(doc, one.path) === at && isInside(one.path, at)).map((one) => ({ ...one, path: one.path.slice(at.length) })),
    setLook: (part) => keepLook((now) => ({ ...now, ...part })),
  };
}
