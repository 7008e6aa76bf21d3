import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Catalog } from '@/catalog/catalog';
import { listen } from '@/catalog/events';
import { useCatalog } from '@/catalog/useCatalog';
import type { Language } from '@/i18n';
import type { DashboardDoc } from '../model/dashboard';
import type { FormDoc } from '../model/form';
import { diffDocs } from '../model/diff';
import { withDatasets } from '../model/datasetScope';
import { draftCatalog } from '../model/draftCatalog';
import { plainOf } from '../model/plain';
import { distinct } from '../model/problems';
import { type ChoiceSetDoc, type DatasetDoc, type Doc, type DocState, type EntityDoc, labelOf, type MeasureDoc, type Problem, type RegisterDoc, type ScriptDoc } from '../model/types';
import { draftApi } from './api';
import { browserShelf } from './unsaved';
import { balanceViews, datasetViews, type EntityView, entityViews, registerViews } from './views';
import { type Snapshot, Workbench } from './workbench';

export interface Studio {
  bench: Workbench;
  state: Snapshot;
  language: Language;
  entities: EntityView[];
  changed: Map<string, DocState>;
  /** How many differences each changed document has; their sum is what the buttons count. */
  differences: Map<string, number>;
  count: number;
  entity: (name: string | undefined) => EntityView | undefined;
  entityLabel: (name: string | undefined) => string;
  entityDocs: EntityDoc[];
  choiceSets: ChoiceSetDoc[];
  scripts: ScriptDoc[];
  datasets: DatasetDoc[];
  registers: RegisterDoc[];
  /** Datasets and registers as what is read: `entity` knows them too, `entities` has them not. */
  datasetViews: EntityView[];
  measures: MeasureDoc[];
  dashboards: DashboardDoc[];
  forms: FormDoc[];
  documents: Doc[];
  /** The catalog as the draft would make it; made when it is first asked for. */
  draftCatalog: () => Catalog;
  /** Tells mistakes by what a person does here, instead of by keys of documents. */
  plain: (problems: Problem[]) => Problem[];
}

const Context = createContext<Studio | null>(null);

/** One workbench a person: undo survives a visit to the lists and ends with the session. */
let kept: { user: string; bench: Workbench } | undefined;

function benchOf(user: string): Workbench {
  if (kept?.user !== user) kept = { user, bench: new Workbench(draftApi, undefined, browserShelf(user)) };
  return kept.bench;
}

export function StudioProvider({ children }: { children: ReactNode }) {
  const catalog = useCatalog();
  const { t, i18n } = useTranslation('studio');
  const language: Language = i18n.language === 'ru' ? 'ru' : 'en';
  const client = useQueryClient();
  const bench = benchOf(catalog.data.user.id);
  const known = useSyncExternalStore(bench.subscribe, bench.snapshot);
  const plain = useCallback((problems: Problem[]) => distinct(problems.map((problem) => {
    const said = plainOf(problem, known.documents.get(problem.document ?? ''));
    return said ? { ...problem, path: said.path, code: said.text, message: t(`mistake.${said.text}`, { restrict: t('relation.restrict'), cascade: t('relation.cascade') }) } : problem;
  })), [known.documents, t]);
  const state = useMemo(() => ({ ...known, problems: plain(known.problems) }), [known, plain]);

  useEffect(() => {
    void bench.load();
    return listen('published', () => void bench.load());
  }, [bench]);

  // What an expression was refused for may just have been saved with another document.
  useEffect(() => {
    if (known.savedAt) void client.invalidateQueries({ queryKey: ['expression'], predicate: (query) => query.state.status === 'error' });
  }, [client, known.savedAt]);

  useEffect(() => {
    const guard = (event: BeforeUnloadEvent) => {
      if (bench.hasUnsaved()) event.preventDefault();
    };
    window.addEventListener('beforeunload', guard);
    return () => {
      window.removeEventListener('beforeunload', guard);
      void bench.flush();
    };
  }, [bench]);

  const studio = useMemo((): Studio => {
    const entities = entityViews(state.documents, state.published, catalog.data.entities, language);
    const byName = new Map(entities.map((view) => [view.name, view]));
    const documents = [...state.documents.values()];
    const changed = bench.changed();
    const differences = new Map([...changed.keys()].map((key) => [key, Math.max(1, diffDocs(state.published.get(key), state.documents.get(key)).length)]));
    const choiceSets = documents.filter((doc): doc is ChoiceSetDoc => doc.kind === 'choice_set');
    const datasets = documents.filter((doc): doc is DatasetDoc => doc.kind === 'dataset').sort((a, b) => labelOf(a, language).localeCompare(labelOf(b, language), language));
    const registers = documents.filter((doc): doc is RegisterDoc => doc.kind === 'register').sort((a, b) => labelOf(a, language).localeCompare(labelOf(b, language), language));
    const balances = balanceViews(registers, state.published, language);
    let drafted: Catalog | undefined;
    const drawn = () => (drafted ??= new Catalog(withDatasets(draftCatalog(catalog.data, [...entities, ...balances], choiceSets, language), catalog.data.entities, datasets, language)));
    const fieldsOf = (name: string) => drawn().entity(name)?.fields ?? [];
    const kept = datasets.length ? [...datasetViews(datasets, state.published, fieldsOf, language), ...registerViews(registers, datasets, state.published, fieldsOf, language)] : [];
    const composed = [...kept, ...balances];
    for (const view of composed) if (!byName.has(view.name)) byName.set(view.name, view);
    return {
      draftCatalog: drawn, datasets, registers, datasetViews: composed,
      bench, state, plain, language, entities, documents, changed, differences,
      count: [...differences.values()].reduce((sum, one) => sum + one, 0),
      entity: (name) => (name ? byName.get(name) : undefined),
      entityLabel: (name) => byName.get(name ?? '')?.label ?? name ?? '',
      entityDocs: entities.map((view) => (view.system ? { ...view.doc, label: view.doc.label ?? { [language]: view.label } } : view.doc)),
      choiceSets,
      measures: documents.filter((doc): doc is MeasureDoc => doc.kind === 'measure').sort((a, b) => labelOf(a, language).localeCompare(labelOf(b, language), language)),
      dashboards: documents.filter((doc): doc is DashboardDoc => doc.kind === 'dashboard').sort((a, b) => labelOf(a, language).localeCompare(labelOf(b, language), language)),
      forms: documents.filter((doc): doc is FormDoc => doc.kind === 'form').sort((a, b) => labelOf(a, language).localeCompare(labelOf(b, language), language)),
      scripts: documents.filter((doc): doc is ScriptDoc => doc.kind === 'script').sort((a, b) => labelOf(a, language).localeCompare(labelOf(b, language), language)),
    };
  }, [bench, state, plain, catalog, language]);

  return <Context.Provider value={studio}>{children}</Context.Provider>;
}

/** The draft and what is known of it; only inside the Studio. */
export function useStudio(): Studio {
  const studio = useContext(Context);
  if (!studio) throw new Error('useStudio outside StudioProvider');
  return studio;
}
