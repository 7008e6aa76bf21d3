import { useTranslation } from 'react-i18next';
import type { Entity, RecordData } from '@/catalog/types';
import { isTotalled } from '@/card/lines';
import { formatDecimal } from '@/fields/numbers';
import { wordsOf } from '@/shell/words';
import { type Column, templateOf } from './columns';
import { sumOf } from './sums';

interface Props {
  entity: Entity;
  columns: Column[];
  rows: RecordData[];
  count: number | null;
  /** Whether all rows are here, so that sums are true. */
  whole: boolean;
}

/** How many there are; and sums under their columns once every row has been read. */
export function ListFooter({ entity, columns, rows, count, whole }: Props) {
  const { t } = useTranslation('work');
  const total = count ?? rows.length;
  const text = whole && rows.length === total ? t('list.count', { count: total, n: formatDecimal(total), ...wordsOf(entity) }) : t('list.count_of', { count: total, shown: formatDecimal(rows.length), n: formatDecimal(total), ...wordsOf(entity) });
  const sums = columns.map((column) => (whole && isTotalled(column.field) && column.fields.length === 1 ? sumOf(rows, column) : undefined));
  return (
    <div className="list-footer">
      <div className="grid-row-cells" style={{ gridTemplateColumns: templateOf(columns) }}>
        <span /><span className="footer-count numbers">{text}</span>
        {columns.slice(1).map((column, index) => <span key={column.path} className="grid-cell right numbers strong">{sums[index + 1] !== undefined && <span title={t('list.sum')}><span className="visually-hidden">{t('list.sum')} </span>{formatDecimal(sums[index + 1]!, column.field.type === 'money' ? (column.field.scale ?? 2) : 0)}</span>}</span>)}
      </div>
    </div>
  );
}
