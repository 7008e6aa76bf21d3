import 'react-grid-layout/css/styles.css';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { GridLayout, type Layout, type LayoutItem } from 'react-grid-layout/react';
import { verticalCompactor } from 'react-grid-layout/core';
import { useTranslation } from 'react-i18next';
import { useWidth } from '@/dashboards/DashboardGrid';
import { COLUMNS, GAP, ROW } from '@/dashboards/grid';
import { SIZES } from '../model/dashboard';
import { arranged, type Direction, layoutOf, moved, resized, without } from '../model/dashboardPlaces';
import { CanvasItem } from './CanvasItem';
import { carried } from './Palette';
import { useAdd } from './useAdd';
import { useWidgetLabel } from './labels';
import { useBoard } from './useBoard';

const GRID = { cols: COLUMNS, rowHeight: ROW, margin: [GAP, GAP] as const, containerPadding: [0, 0] as const };
const DRAG = { enabled: true, threshold: 4, cancel: '.board-tools, .react-resizable-handle' };
const RESIZE = { enabled: true, handles: ['e', 's', 'se'] as const };

/** The grid of the dashboard: widgets are dragged, resized and dropped in by mouse, and moved by keys. */
export function Canvas() {
  const { t } = useTranslation('studio');
  const { doc, widgets, chosen, choose, save } = useBoard();
  const label = useWidgetLabel();
  const add = useAdd();
  const keys = useId();
  const [place, width] = useWidth();
  const [said, setSaid] = useState('');
  const covers = useRef(new Map<string, HTMLElement>());
  const layout = useMemo(() => layoutOf(widgets), [widgets]);

  const known = useRef(new Set(widgets.map((one) => one.name)));
  // A widget that has just come is shown, and the keys go to it.
  useEffect(() => {
    const fresh = chosen && !known.current.has(chosen.name) ? covers.current.get(chosen.name) : undefined;
    known.current = new Set(widgets.map((one) => one.name));
    fresh?.scrollIntoView({ block: 'nearest' });
    fresh?.focus({ preventScroll: true });
  }, [widgets, chosen]);

  const put = (next: typeof widgets, mark?: string) => save({ ...doc, widgets: next }, mark);
  const keep = (next: Layout) => {
    const now = arranged(widgets, next);
    if (now !== widgets) put(now);
  };
  const tell = (name: string, next: typeof widgets) => {
    const one = next.find((widget) => widget.name === name)!;
    const where = { name: label(one), column: one.place.x + 1, row: one.place.y + 1, width: one.place.width, height: one.place.height };
    setSaid(t(next === widgets ? 'dashboards.said_edge' : 'dashboards.said_place', where));
  };
  const step = (name: string, direction: Direction, isSize: boolean) => {
    const next = (isSize ? resized : moved)(widgets, name, direction);
    tell(name, next);
    if (next !== widgets) put(next, `${name}:${isSize ? 'size' : 'move'}`);
  };
  const remove = (name: string) => {
    const at = widgets.findIndex((one) => one.name === name);
    const near = widgets[at + 1] ?? widgets[at - 1];
    setSaid(t('dashboards.said_removed', { name: label(widgets[at]!) }));
    put(without(widgets, name));
    choose(near?.name);
    if (near) covers.current.get(near.name)?.focus();
  };
  const onDrop = (_: Layout, item: LayoutItem | undefined) => { if (item) add(carried.type, carried.measure, item); };

  return (
    <div ref={place} className="board-canvas">
      <span id={keys} className="visually-hidden">{t('dashboards.keys')}</span>
      <div className="visually-hidden" role="status" aria-live="polite">{said}</div>
      {width > 0 && (
        <GridLayout width={width} layout={layout} gridConfig={GRID} dragConfig={DRAG} resizeConfig={RESIZE} compactor={verticalCompactor}
          dropConfig={{ enabled: true, defaultItem: { w: 3, h: 2 }, onDragOver: () => ({ w: SIZES[carried.type].width, h: SIZES[carried.type].height }) }}
          onDragStart={(_, item) => { if (item) choose(item.i); }} onResizeStart={(_, item) => { if (item) choose(item.i); }} onDragStop={keep} onResizeStop={keep} onDrop={onDrop}>
          {widgets.map((one) => (
            <div key={one.name} className="board-item" data-chosen={one.name === chosen?.name || undefined} data-widget={one.name}>
              <CanvasItem widget={one} width={width} keys={keys} cover={(element) => { if (element) covers.current.set(one.name, element); else covers.current.delete(one.name); }} onStep={step} onRemove={remove} />
            </div>
          ))}
        </GridLayout>
      )}
    </div>
  );
}
