import { useQuery } from '@tanstack/react-query';
import { records } from '@/api/records';
import { isTotalled } from '@/card/lines';
import { useCatalog } from '@/catalog/useCatalog';
import type { Entity, RecordData } from '@/catalog/types';
import type { Column } from './columns';
import type { ListState } from './state';
import { sumOf } from './sums';
import { requestOf } from './useRecords';

/** Sums of the money columns over all rows of the list: of those that are here when that is all of them, else by the server. */
export function useSums(entity: Entity, state: ListState, columns: Column[], rows: RecordData[], whole: boolean): Map<string, string> {
  const catalog = useCatalog();
  // What is calculated of a row, such as an average, is of no use added up over rows that are sums themselves.
  const summed = columns.filter((column) => isTotalled(column.field) && column.fields.length === 1 && !(entity.dataset && column.field.calculated));
  const { filter } = requestOf(catalog, entity, state);
  // The quick search and the bin are not expressions, so that their sums wait until every row is here.
  const asked = !whole && summed.length > 0 && !state.quick && !state.bin && !state.problems;
  const measures = summed.map((column) => ({ name: column.path, expression: `sum(${column.path})` }));
  const answer = useQuery({ queryKey: ['records', entity.name, 'sums', measures, filter], queryFn: ({ signal }) => records.aggregate(entity.name, { measures, filter }, signal), enabled: asked, staleTime: 30_000 });
  const found = (column: Column) => (whole ? sumOf(rows, column) : asked ? (answer.data?.items[0]?.[column.path] as string | null | undefined) : undefined);
  return new Map(summed.flatMap((column): [string, string][] => { const sum = found(column); return sum ? [[column.path, sum]] : []; }));
}
