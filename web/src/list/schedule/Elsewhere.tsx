import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { records } from '@/api/records';
import type { Entity } from '@/catalog/types';
import { formatDate, toDateText } from '@/fields/dates';
import { dayOf } from './days';
import type { Dated } from './items';
import { itemsKey } from './useItems';

interface Props {
  entity: Entity;
  dated: Dated;
  /** The condition of the list, without the days that are seen. */
  filter: string | undefined;
  onDay: (day: Date) => void;
}

/** Where records lie when none lies in the days that are seen, with a way to the last of them. */
export function Elsewhere({ entity, dated, filter, onDay }: Props) {
  const { t } = useTranslation('work');
  const { name, type } = dated.start;
  const ends = useQuery({
    queryKey: [...itemsKey(entity), 'ends', name, filter],
    queryFn: ({ signal }) => records.aggregate(entity.name, { measures: [{ name: 'first', expression: `min(${name})` }, { name: 'last', expression: `max(${name})` }], filter }, signal),
  });
  const found = ends.data?.items[0];
  if (!found || typeof found.first !== 'string' || typeof found.last !== 'string') return null;
  const day = (text: string) => (type === 'date' ? dayOf(text.slice(0, 10)) : new Date(text));
  const [first, last] = [day(found.first), day(found.last)];
  return (
    <p className="time-elsewhere" role="status">
      {t('calendar.elsewhere', { first: formatDate(toDateText(first)), last: formatDate(toDateText(last)) })}
      <Button variant="subtle" size="compact-xs" onClick={() => onDay(last)}>{t('calendar.to_last')}</Button>
    </p>
  );
}
