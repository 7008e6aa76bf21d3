import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { records } from '@/api/records';
import type { Entity, RecordData } from '@/catalog/types';
import { momentOf } from './asOf';
import { formatDecimal } from '@/fields/numbers';
import { wordsOf } from '@/shell/words';
import { type Column, templateOf } from './columns';
import type { ListState } from './state';
import { useSums } from './useSums';

interface Props {
  entity: Entity;
  state: ListState;
  columns: Column[];
  rows: RecordData[];
  count: number | null;
  /** Whether all rows are here. */
  whole: boolean;
  /** Moment of which the rows are, when they are kept. */
  asOf?: string;
}

/** How many fit of how many there are, and sums under their columns. */
export function ListFooter({ entity, state, columns, rows, count, whole, asOf }: Props) {
  const { t } = useTranslation('work');
  const fit = count ?? rows.length;
  const filtered = (!!state.quick || state.problems || state.conditions.length > 0) && !state.bin;
  const all = useQuery({ queryKey: ['records', entity.name, 'count'], queryFn: ({ signal }) => records.query(entity.name, { select: ['id'], limit: 1, count: 'exact' }, signal), enabled: filtered, staleTime: 30_000 });
  const total = filtered ? all.data?.count : fit;
  const text = total === fit || !total ? t('list.count', { count: fit, n: formatDecimal(fit), ...wordsOf(entity) }) : t('list.count_of', { count: total, shown: formatDecimal(fit), n: formatDecimal(total), ...wordsOf(entity) });
  const sums = useSums(entity, state, columns, rows, whole);
  const first = columns.findIndex((column) => sums.has(column.path));
  return (
    <div className="list-footer">
      <div className="grid-row-cells" style={{ gridTemplateColumns: templateOf(columns) }}>
        <span /><span className="footer-count numbers" title={asOf && t('list.as_of', { at: momentOf(asOf) })}>{text}{asOf && <span className="dim"> · {t('list.as_of', { at: momentOf(asOf) })}</span>}</span>
        {columns.slice(1).map((column, place) => {
          const sum = sums.get(column.path);
          if (sum === undefined) return <span key={column.path} className="grid-cell right">{place + 2 === first && <span className="muted size-12" aria-hidden>{t('list.sum')}</span>}</span>;
          return <span key={column.path} className="grid-cell right numbers strong"><span className="ellipsis" title={`${t('list.sum')} ${formatDecimal(sum, column.field.scale ?? 2)}`}><span className="visually-hidden">{t('list.sum')} </span>{formatDecimal(sum, column.field.scale ?? 2)}</span></span>;
        })}
      </div>
    </div>
  );
}
