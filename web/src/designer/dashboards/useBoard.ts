import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { createContext, useContext, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FilterValues } from '@/dashboards/types';
import { type DashboardDoc, type WidgetDoc, withWidget } from '../model/dashboard';
import { tidy } from '../model/equal';
import { distinct, ofDocument } from '../model/problems';
import { keyOf, type Problem } from '../model/types';
import { useStudio } from '../state/StudioProvider';
import { type Attempt, tryDashboard } from './attempt';

/** A dashboard on the screen: what is chosen on it, what it shows, what is wrong, and the ways to change it. */
export interface Board {
  doc: DashboardDoc;
  widgets: WidgetDoc[];
  chosen?: WidgetDoc;
  choose: (name?: string) => void;
  save: (doc: DashboardDoc, mark?: string) => void;
  /** Puts the widget in the place of the one of its name. */
  change: (widget: WidgetDoc, mark?: string) => void;
  problems: Problem[];
  /** What is wrong with a widget, at paths within it. */
  problemsOf: (name: string) => Problem[];
  attempt?: Attempt;
  /** Whether what is shown is of a moment ago. */
  isWaiting: boolean;
  values: FilterValues;
  setValues: (values: FilterValues) => void;
  /** Whether the widget stands on a form: its records are those of its path, and no filters act on it. */
  onForm?: boolean;
}

/** How long nothing changes before the numbers are asked for again. */
const PAUSE = 500;
const Context = createContext<Board | null>(null);
export const BoardProvider = Context.Provider;

export function useBoard(): Board {
  const board = useContext(Context);
  if (!board) throw new Error('useBoard outside BoardProvider');
  return board;
}

const inDocument = (path: string) => path.replace(/^\/document(?=\/|$)/, '');

export function useBoardOf(doc: DashboardDoc): Board {
  const { i18n } = useTranslation();
  const { bench, state, measures, language } = useStudio();
  const { widget: name } = useSearch({ strict: false }) as { widget?: string };
  const navigate = useNavigate();
  const [values, setValues] = useState<FilterValues>({});
  const widgets = useMemo(() => doc.widgets ?? [], [doc.widgets]);
  const chosen = widgets.find((one) => one.name === name);
  // Nobody sees where widgets lie in their numbers: a move asks for nothing.
  const asked = useMemo(() => ({ doc: tidy({ ...doc, label: undefined, widgets: widgets.map((one) => ({ ...one, place: undefined })) }), values }), [doc, widgets, values]);
  const [settled] = useDebouncedValue(JSON.stringify(asked), PAUSE);
  const drawn = useMemo(() => measures.filter((one) => state.published.get(keyOf(one)) !== one), [measures, state.published]);
  const found = useQuery({
    queryKey: ['dashboards', 'attempt', settled, state.revision, i18n.language, drawn],
    queryFn: ({ signal }) => tryDashboard(tidy(doc), values, drawn, language, signal),
    enabled: widgets.length > 0,
    placeholderData: keepPreviousData,
    retry: false,
  });
  // A filter that is taken away is no longer asked for.
  useEffect(() => {
    const known = new Set((doc.filters ?? []).map((one) => one.name));
    if (Object.keys(values).some((one) => !known.has(one))) setValues(Object.fromEntries(Object.entries(values).filter(([one]) => known.has(one))));
  }, [doc.filters, values]);
  const tried = found.data?.mistakes;
  const problems = useMemo(() => {
    const told = ofDocument(state.problems, keyOf(doc)).map((one) => ({ ...one, path: inDocument(one.path) }));
    const mine = (tried ?? []).map((one) => ({ ...one, document: keyOf(doc), path: inDocument(one.path) }));
    return distinct([...mine, ...told]).filter((one, at, all) => all.findIndex((other) => other.path === one.path && other.message === one.message) === at);
  }, [state.problems, doc, tried]);
  const save = (next: DashboardDoc, mark?: string) => bench.edit(next, mark && `${doc.id}:${mark}`);
  return {
    doc, widgets, chosen, values, setValues, problems, save, attempt: found.data,
    isWaiting: found.isFetching || JSON.stringify(asked) !== settled,
    choose: (next) => void navigate({ to: '.', search: { widget: next } as never, replace: true }),
    change: (widget, mark) => save(withWidget(doc, widget), mark && `${widget.name}:${mark}`),
    problemsOf: (one) => {
      const start = `/widgets/${widgets.findIndex((widget) => widget.name === one)}`;
      return problems.filter(({ path }) => path === start || path.startsWith(`${start}/`)).map((problem) => ({ ...problem, path: problem.path.slice(start.length) }));
    },
  };
}
