import type { Field } from '@/catalog/types';
import type { Catalog } from '@/catalog/catalog';
import { quote } from '@/list/filter/compose';

/** Which records of the far entity point here, as a filter. */
export function relatedFilter(catalog: Catalog, field: Field, id: string): string | undefined {
  const far = catalog.field(field.target, field.inverse ?? '');
  if (!far) return undefined;
  return far.type === 'links' ? `${far.name}.any(|x| x == ${quote(id)})` : `${far.name} == ${quote(id)}`;
}
