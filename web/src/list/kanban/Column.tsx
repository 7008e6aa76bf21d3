import { ActionIcon } from '@mantine/core';
import { useDroppable } from '@dnd-kit/react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { IconPlus } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalog } from '@/catalog/useCatalog';
import type { Field, RecordData } from '@/catalog/types';
import { formatValue } from '@/fields/format';
import { formatDecimal } from '@/fields/numbers';
import type { ColumnData } from './useBoard';

interface HeadProps {
  column: ColumnData;
  totalField?: Field;
  /** The largest total or number of a column, to which the bar is drawn. */
  largest: number;
  limit?: number;
  onCreate?: () => void;
}

/** The share of the largest column, by what is added up or else by their number. */
export const sizeOf = (column: ColumnData, totalField: Field | undefined) => Math.max(0, Number((totalField ? column.total : column.count) ?? 0));

/** What a column stands for, how many records it holds and what they come to. */
export function ColumnHead({ column, totalField, largest, limit, onCreate }: HeadProps) {
  const { t } = useTranslation('work');
  const currency = useCatalog().data.workspace.currency;
  const { group, count, total } = column;
  const over = limit !== undefined && count !== null && count > limit;
  const share = largest > 0 ? (sizeOf(column, totalField) / largest) * 100 : 0;
  return (
    <div className={`board-head hue-${group.hue}${over ? ' over' : ''}`}>
      <div className="row gap-6">
        <i className="hue-point" style={{ width: 8, height: 8 }} aria-hidden />
        <h2 className="ellipsis">{group.label}</h2>
        {count !== null && <span className="board-count numbers">{formatDecimal(count)}{limit !== undefined && ` / ${formatDecimal(limit)}`}</span>}
        <span className="grow" />
        {onCreate && <ActionIcon size={24} aria-label={t('board.create', { label: group.label })} onClick={onCreate}><IconPlus size={16} stroke={1.75} /></ActionIcon>}
      </div>
      {over && <div className="board-over" role="status">{t('board.over', { count: count! - limit!, n: formatDecimal(count! - limit!) })}</div>}
      {totalField && <div className="board-total numbers">{total === null ? '—' : formatValue(totalField, total, currency)}</div>}
      <div className="board-share" aria-hidden><i style={{ width: `${share}%` }} /></div>
    </div>
  );
}

interface PlaceProps {
  id: string;
  label: string;
  disabled: boolean;
  children: ReactNode;
}

/** Where a card may be let go. */
export function Place({ id, label, disabled, children }: PlaceProps) {
  const { ref, isDropTarget } = useDroppable({ id, disabled });
  return <section ref={ref} className={`board-place${isDropTarget ? ' target' : ''}`} aria-label={label}>{children}</section>;
}

interface CardsProps {
  column: ColumnData;
  cards: RecordData[];
  draw: (record: RecordData) => ReactNode;
}

/** The cards of a column: only those on the screen are drawn, and more are read as one comes near the end. */
export function Cards({ column, cards, draw }: CardsProps) {
  const { t } = useTranslation('work');
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: cards.length, getScrollElement: () => scroller.current, estimateSize: () => 112, overscan: 6, getItemKey: (index) => cards[index]!.id });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { more, loadMore } = column;
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the way to more is another at each look.
  useEffect(() => { if (more && last >= cards.length - 15) loadMore(); }, [more, last, cards.length]);
  return (
    <div className="board-cards" ref={scroller}>
      {!column.pending && cards.length === 0 && <p className="board-empty">{t('board.empty')}</p>}
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {items.map((item) => (
          <div key={item.key} data-index={item.index} ref={virtual.measureElement} className="board-slot" style={{ transform: `translateY(${item.start}px)` }}>{draw(cards[item.index]!)}</div>
        ))}
      </div>
    </div>
  );
}
