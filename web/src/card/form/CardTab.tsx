import { useQuery } from '@tanstack/react-query';
import type { ButtonHTMLAttributes } from 'react';
import { records } from '@/api/records';
import { useCatalog } from '@/catalog/useCatalog';
import { bothOf } from '@/list/state';
import { EntityIcon } from '@/ui/EntityIcon';
import { lettersOf, relatedFilter } from '../related';
import { useLayout } from './context';
import { relationOf } from './layout';
import { useOwner } from './RelatedPart';
import type { FormTab } from './types';

/** A tab of a card; one of nothing but related records says how many there are, and that of letters is there only when there are any. */
export function CardTab({ tab, props }: { tab: FormTab; props: ButtonHTMLAttributes<HTMLButtonElement> }) {
  const catalog = useCatalog();
  const { entity, form } = useLayout();
  const [only, more] = tab.components;
  const letters = !more && only?.type === 'letters' ? lettersOf(catalog, entity)[0] : undefined;
  const way = !more && only?.type === 'related' ? relationOf(catalog, entity, only.path) : undefined;
  const owner = useOwner(way);
  const field = letters ?? way?.last;
  const id = letters ? form.values.id : owner?.id;
  const own = only?.type === 'related' ? (only.filter ?? undefined) : undefined;
  const base = field && id ? relatedFilter(catalog, field, id) : undefined;
  const filter = base && bothOf(base, own);
  const count = useQuery({ queryKey: ['records', field?.target, 'related-count', filter], queryFn: ({ signal }) => records.query(field!.target!, { select: ['id'], filter, limit: 1, count: 'exact' }, signal), enabled: !!filter && !!catalog.entity(field?.target), staleTime: 60_000 });
  if (letters && !count.data?.count) return null;
  return <button {...props} data-at={tab.at}>{tab.icon && <EntityIcon name={tab.icon} size={15} />}{tab.label ?? tab.name}{count.data?.count ? <span className="count numbers">{count.data.count}</span> : null}</button>;
}
