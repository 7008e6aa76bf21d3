import { useCatalog } from '@/catalog/useCatalog';
import { LinesTable } from '../LinesTable';
import { useLayout } from './context';
import type { Of } from './types';

/** Lines that belong to the record. */
export function LinesPart({ component }: { component: Of<'lines'> }) {
  const catalog = useCatalog();
  const { form, entity, errors, mayEdit } = useLayout();
  const field = catalog.field(entity.name, component.path);
  if (!field) return null;
  return <div id={`field-${field.name}`} tabIndex={-1} className="form-lines"><LinesTable field={field} label={component.label || undefined} columns={component.columns ?? undefined} totals={component.totals ?? undefined} form={form} error={errors[field.name]} mayEdit={mayEdit} /></div>;
}
