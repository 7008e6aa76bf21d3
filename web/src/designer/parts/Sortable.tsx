import { DragDropProvider } from '@dnd-kit/react';
import { useSortable } from '@dnd-kit/react/sortable';
import { move } from '@dnd-kit/helpers';
import { IconGripVertical } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

interface ListProps {
  ids: string[];
  onOrder: (ids: string[]) => void;
  children: (ids: string[]) => ReactNode;
}

/** A list whose rows are put in order by mouse or keyboard (Space, arrows, Space). The order is told when the row is let go. */
export function SortableList({ ids, onOrder, children }: ListProps) {
  const [order, setOrder] = useState(ids);
  const given = ids.join('\n');
  useEffect(() => setOrder(given ? given.split('\n') : []), [given]);
  return (
    <DragDropProvider
      onDragOver={(event) => setOrder((now) => move(now, event))}
      onDragEnd={(event) => {
        if (event.canceled) return setOrder(ids);
        setOrder((now) => {
          const next = move(now, event);
          if (next.join('\n') !== given) queueMicrotask(() => onOrder(next));
          return next;
        });
      }}
    >
      {children(order)}
    </DragDropProvider>
  );
}

/**
 * What one row of a {@link SortableList} needs: a reference for the row and one for its handle. A row that cannot be moved has
 * no handle and takes no part: the row itself would be told of as a button.
 */
export function useSortableRow(id: string, index: number, disabled = false) {
  const { ref, handleRef, isDragSource } = useSortable({ id, index, disabled });
  return { ref: disabled ? undefined : ref, handleRef, dragging: isDragSource };
}

export function Handle({ handleRef, name }: { handleRef: (element: Element | null) => void; name: string }) {
  const { t } = useTranslation('studio');
  return (
    <button type="button" ref={handleRef} className="handle" aria-label={t('part.move', { name })}>
      <IconGripVertical size={14} stroke={1.75} aria-hidden />
    </button>
  );
}
