import './dashboards.css';
import { useMediaQuery } from '@mantine/hooks';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { GAP, heightOf, inOrder, phoneRows, sizeOf } from './grid';
import type { Size, Widget } from './types';

interface Props<T extends Widget> {
  widgets: T[];
  render: (widget: T, size: Size) => ReactNode;
  /** One column whatever the window is, as a phone shows it. */
  asPhone?: boolean;
}

/** The width of an element, as it changes. */
export function useWidth() {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [place, width] as const;
}

/** The widgets at their places; on a phone one below the other, as they are read. */
export function DashboardGrid<T extends Widget>({ widgets, render, asPhone }: Props<T>) {
  const isPhone = useMediaQuery('(max-width: 767px)', window.innerWidth < 768);
  const [place, width] = useWidth();
  const isColumn = asPhone ?? isPhone;
  const ordered = inOrder(widgets);
  return (
    <div ref={place} className={isColumn ? 'dashboard-grid column-only' : 'dashboard-grid'} style={isColumn ? undefined : { gap: GAP }}>
      {ordered.map((widget) => {
        const { x, y, width: columns, height } = widget.place;
        const rows = isColumn ? phoneRows(widget) : height;
        const size = isColumn ? { width, height: heightOf(rows) } : sizeOf(widget.place, width);
        const isFree = isColumn && widget.type === 'text';
        return (
          <div key={widget.name} className="dashboard-cell" data-widget={widget.name} style={isColumn ? { height: isFree ? undefined : size.height } : { gridColumn: `${x + 1} / span ${columns}`, gridRow: `${y + 1} / span ${height}` }}>
            {render(widget, size)}
          </div>
        );
      })}
    </div>
  );
}
