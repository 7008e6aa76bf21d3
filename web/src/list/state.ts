import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { type Catalog, isToMany, ownFields, stageField, systemFields } from '@/catalog/catalog';
import type { Entity, Field, FieldType, SavedView } from '@/catalog/types';
import { conditionsFromText, conditionsOf, conditionsToText, type Condition } from './filter/model';
import { type Layout, layoutFromText, layoutOfView, layoutToText } from './layout/model';
import { ALL, currentView, rememberView } from './views/model';

/** What a list shows; all of it lives in the address, as far as it is not what the view says. */
export interface ListState {
  quick: string;
  conditions: Condition[];
  sort: string[];
  /** Rows, a board or another way, and what that wants to know. */
  layout: Layout;
  /** Where one is in time, for those ways that lie in time. */
  at?: string;
  columns: string[];
  /** Whether a person has chosen the columns. */
  arranged: boolean;
  selected: string | null;
  bin: boolean;
  /** Whether only records are shown of which a calculated value is empty for a cause. */
  problems: boolean;
  /** The saved view that is looked at. */
  view?: SavedView;
  /** What the condition that led here is called. */
  behind?: string;
  /** The view's own condition, or the one that led here, beside those that can be changed here. */
  filter?: string;
}

/** A change of what the list shows; `viewId` chooses a view, none for the whole list; `reset` gives changes of the view up. */
export type ListChange = Partial<ListState> & { viewId?: string | null; reset?: boolean };

interface Search {
  q?: string;
  f?: string;
  sort?: string;
  cols?: string;
  /** How the records are shown, see `layoutToText`. */
  as?: string;
  at?: string;
  sel?: string;
  bin?: string;
  prob?: string;
  view?: string;
  /** A condition that leads here from elsewhere, such as that of an indicator, and what it is called. */
  where?: string;
  behind?: string;
}

/** The address's sign of a part that the view has and the list has not. */
const NONE = '-';

const NOT_IN_GRID: FieldType[] = ['long_text', 'rich_text', 'json', 'children', 'links', 'file', 'image', 'secret', 'address', 'location', 'any_link', 'inverse', 'id', 'color'];
const COLUMNS = 7;
const COMPOSED = 12;

/** Columns of a list nobody has arranged: the title, the stage, then what people search by before what they only keep. */
export function defaultColumns(entity: Entity): string[] {
  const own = ownFields(entity).filter((field) => !NOT_IN_GRID.includes(field.type) && !field.write_only);
  // Lists of a register are drawn in order; the balance is told by what it is apart by.
  if (entity.register?.balances) return ownFields(entity).filter((field) => field.type === 'any_link' || own.includes(field) && field.name !== 'balance').slice(0, COMPOSED).map((field) => field.name);
  // Whoever composed a dataset has put its columns in order.
  if (entity.dataset && own.length) return own.slice(0, COMPOSED).map((field) => field.name);
  const title = ownFields(entity).find((field) => field.name === entity.title);
  const stage = stageField(entity);
  const first = (...types: FieldType[]) => own.find((field) => types.includes(field.type) && field !== title && field !== stage);
  const leading = [title, first('link'), stage ?? first('choice'), first('money'), first('date')].flatMap((field) => field ?? []);
  const weight = (field: Field) => (field.type === 'auto_number' ? 2 : field.searchable ? 0 : 1);
  const rest = own.filter((field) => !leading.includes(field)).sort((a, b) => weight(a) - weight(b));
  const names = [...leading, ...rest].slice(0, COLUMNS).map((field) => field.name);
  const owner = systemFields(entity).find((field) => field.name === 'owner');
  if (owner && !names.includes('owner')) names.push('owner');
  return names.length ? names : ['id'];
}

/** Paths that may be shown as a column: values and links, not lines and other many records. */
export const fitsColumn = (field: Field, path: Field[]) => !isToMany(field) && field.type !== 'secret' && !field.write_only && !path.some(isToMany);

const split = (text: string | undefined) => (text ? text.split(',').filter(Boolean) : []);

function known(catalog: Catalog, entity: Entity, paths: string[]): string[] {
  return paths.filter((path) => catalog.path(entity.name, path.replace(/^-/, '')));
}

/** Two conditions as one; either may be missing. */
export const bothOf = (one: string | undefined, other: string | undefined) => (one && other ? `(${one}) && (${other})` : (one ?? other));

/** Reads the list's state from the address and writes it there. */
export function useListState(catalog: Catalog, entity: Entity) {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const { q, f, sort, cols, as, at, sel, bin, prob, where, behind } = search;
  const view = currentView(catalog, entity, search.view, !(f || sort || cols || as));
  const base = useMemo(() => {
    const columns = known(catalog, entity, view?.columns ?? []);
    return { columns: columns.length ? columns : defaultColumns(entity), sort: known(catalog, entity, view?.sort ?? []), conditions: conditionsOf(view?.conditions ?? []), layout: layoutOfView(entity, view) };
  }, [catalog, entity, view]);
  // Each part by itself: opening the peek must not look like another filter or other columns.
  const conditions = useMemo(() => (f === undefined ? base.conditions : conditionsFromText(f)), [f, base]);
  const keys = useMemo(() => (sort === undefined ? base.sort : known(catalog, entity, split(sort))), [catalog, entity, sort, base]);
  const layout = useMemo(() => (as === undefined ? base.layout : layoutFromText(entity, as)), [entity, as, base]);
  const columns = useMemo(() => {
    const chosen = known(catalog, entity, split(cols));
    if (chosen.length || prob !== '1') return chosen.length ? chosen : base.columns;
    // What may be empty for a cause stands beside the title.
    const calculated = entity.fields.filter((field) => field.calculated).map((field) => field.name);
    return [...new Set([...base.columns.slice(0, 1), ...calculated, ...base.columns.slice(1)])];
  }, [catalog, entity, cols, base, prob]);
  const state: ListState = useMemo(
    () => ({ quick: q ?? '', conditions, sort: keys, layout, at, columns, arranged: !!(cols || view?.columns.length), selected: sel ?? null, bin: bin === '1' && !entity.dataset, problems: prob === '1', view, behind: where && (behind ?? where), filter: bothOf(view?.filter ?? undefined, where) }),
    [entity, q, conditions, keys, layout, at, columns, cols, sel, bin, prob, view, where, behind],
  );

  const update = useCallback(
    (change: ListChange, replace = true) => {
      if ('viewId' in change) rememberView(entity, change.viewId ?? ALL);
      const beside = (text: string | undefined, own: string | undefined) => (text === own ? undefined : (text ?? NONE));
      void navigate({
        to: '.',
        replace,
        search: (current: Search) => ({
          ...current,
          ...(view && !current.view && { view: view.id }),
          ...('quick' in change && { q: change.quick || undefined }),
          ...(change.conditions && { f: beside(conditionsToText(change.conditions), conditionsToText(base.conditions)) }),
          ...(change.sort && { sort: beside(change.sort.join(',') || undefined, base.sort.join(',') || undefined) }),
          ...('columns' in change && { cols: beside(change.columns?.join(','), base.columns.join(',')) }),
          ...(change.layout && { as: beside(layoutToText(change.layout), layoutToText(base.layout)) }),
          ...('at' in change && { at: change.at }),
          ...('behind' in change && { where: undefined, behind: undefined }),
          ...('selected' in change && { sel: change.selected ?? undefined }),
          ...('bin' in change && { bin: change.bin ? '1' : undefined, prob: undefined }),
          ...('problems' in change && { prob: change.problems ? '1' : undefined }),
          ...((change.reset || 'viewId' in change) && { f: undefined, sort: undefined, cols: undefined, as: undefined }),
          ...('viewId' in change && { view: change.viewId ?? ALL, bin: undefined, prob: undefined, sel: undefined, where: undefined, behind: undefined }),
        }),
      });
    },
    [navigate, entity, view, base],
  );
  const changed = !!(q || f || sort || cols || as || where);
  return { state, update, changed };
}
