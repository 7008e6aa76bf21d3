import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { type Catalog, isToMany, ownFields, stageField, systemFields } from '@/catalog/catalog';
import type { Entity, Field, FieldType } from '@/catalog/types';
import { conditionsFromText, conditionsToText, type Condition } from './filter/model';

/** What a list shows; all of it lives in the address. */
export interface ListState {
  quick: string;
  conditions: Condition[];
  sort: string[];
  columns: string[];
  /** Whether a person has chosen the columns. */
  arranged: boolean;
  selected: string | null;
  bin: boolean;
}

interface Search {
  q?: string;
  f?: string;
  sort?: string;
  cols?: string;
  sel?: string;
  bin?: string;
}

const NOT_IN_GRID: FieldType[] = ['long_text', 'rich_text', 'json', 'children', 'links', 'file', 'image', 'secret', 'address', 'location', 'any_link', 'inverse', 'id', 'color'];
const COLUMNS = 7;

/** Columns of a list nobody has arranged: the title, the stage, then what people search by before what they only keep. */
export function defaultColumns(entity: Entity): string[] {
  const own = ownFields(entity).filter((field) => !NOT_IN_GRID.includes(field.type) && !field.write_only);
  const title = own.find((field) => field.name === entity.title);
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

/** Reads the list's state from the address and writes it there. */
export function useListState(catalog: Catalog, entity: Entity) {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const { q, f, sort, cols, sel, bin } = search;
  // Each part by itself: opening the peek must not look like another filter or other columns.
  const conditions = useMemo(() => conditionsFromText(f), [f]);
  const keys = useMemo(() => known(catalog, entity, split(sort)), [catalog, entity, sort]);
  const columns = useMemo(() => {
    const chosen = known(catalog, entity, split(cols));
    return chosen.length ? chosen : defaultColumns(entity);
  }, [catalog, entity, cols]);
  const state: ListState = useMemo(() => ({ quick: q ?? '', conditions, sort: keys, columns, arranged: !!cols, selected: sel ?? null, bin: bin === '1' }), [q, conditions, keys, columns, cols, sel, bin]);

  const update = useCallback(
    (change: Partial<ListState>, replace = true) => {
      void navigate({
        to: '.',
        replace,
        search: (current: Search) => ({
          ...current,
          ...('quick' in change && { q: change.quick || undefined }),
          ...('conditions' in change && { f: conditionsToText(change.conditions ?? []) }),
          ...('sort' in change && { sort: change.sort?.join(',') || undefined }),
          ...('columns' in change && { cols: change.columns?.join(',') === defaultColumns(entity).join(',') ? undefined : change.columns?.join(',') }),
          ...('selected' in change && { sel: change.selected ?? undefined }),
          ...('bin' in change && { bin: change.bin ? '1' : undefined }),
        }),
      });
    },
    [navigate, entity],
  );
  const changed = !!(q || f || sort || cols);
  return { state, update, changed };
}
