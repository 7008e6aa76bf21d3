import { useQuery } from '@tanstack/react-query';
import type { ButtonHTMLAttributes } from 'react';
import { records } from '@/api/records';
import { useCatalog } from '@/catalog/useCatalog';
import type { Field } from '@/catalog/types';
import { isShownWhenFilled, relatedFilter } from './related';

/** A tab of related records with how many there are. */
export function RelatedTab({ field, id, props }: { field: Field; id: string; props: ButtonHTMLAttributes<HTMLButtonElement> }) {
  const catalog = useCatalog();
  const filter = relatedFilter(catalog, field, id);
  const count = useQuery({ queryKey: ['records', field.target, 'related-count', filter], queryFn: ({ signal }) => records.query(field.target!, { select: ['id'], filter, limit: 1, count: 'exact' }, signal), enabled: !!filter && !!catalog.entity(field.target), staleTime: 60_000 });
  if (!catalog.entity(field.target) || !filter || (isShownWhenFilled(field) && !count.data?.count)) return null;
  return <button {...props}>{field.label}{count.data?.count ? <span className="count numbers">{count.data.count}</span> : null}</button>;
}
