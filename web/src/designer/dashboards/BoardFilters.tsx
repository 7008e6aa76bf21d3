import { FilterBar } from '@/dashboards/filter/FilterBar';
import type { DashboardFilter } from '@/dashboards/types';
import { useBoard } from './useBoard';
import { useFilterLabel } from './useFilterLabel';

/** The filters above the dashboard, tried on the numbers of the canvas; what is chosen here is not kept. */
export function BoardFilters() {
  const { doc, values, setValues, attempt } = useBoard();
  const label = useFilterLabel();
  const filters = (doc.filters ?? []).map((one): DashboardFilter => ({ ...one, label: label(one) }));
  if (!filters.length) return null;
  return <FilterBar filters={filters} values={values} period={attempt?.data.period} onChange={(filter, value) => setValues({ ...values, [filter.name]: value })} onClear={() => setValues({})} />;
}
