import { IconAlertTriangle } from '@tabler/icons-react';
import { CatchBoundary } from '@tanstack/react-router';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { sizeOf } from '@/dashboards/grid';
import { WidgetView } from '@/dashboards/widgets/WidgetView';
import type { WidgetDoc } from '../model/dashboard';
import type { Direction } from '../model/dashboardPlaces';
import { CanvasTools } from './CanvasTools';
import { useWidgetLabel } from './labels';
import { useBoard } from './useBoard';
import { useShown } from './useShown';

export type Step = (name: string, direction: Direction, isSize: boolean) => void;

interface Props {
  widget: WidgetDoc;
  /** Of the whole grid. */
  width: number;
  /** The text that tells of the keys. */
  keys: string;
  cover: (element: HTMLElement | null) => void;
  onStep: Step;
  onRemove: (name: string) => void;
}

const ARROWS: Record<string, Direction> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };

/** A widget on the canvas: as it will be, under a cover that takes the mouse and the keys. */
export function CanvasItem({ widget, width, keys, cover, onStep, onRemove }: Props) {
  const { t } = useTranslation('studio');
  const { chosen, choose, problemsOf, isWaiting } = useBoard();
  const label = useWidgetLabel()(widget);
  const shown = useShown()(widget);
  const { name, place, type } = widget;
  const isChosen = chosen?.name === name;
  const problems = problemsOf(name);
  const press = (event: KeyboardEvent) => {
    const direction = ARROWS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (direction) onStep(name, direction, event.shiftKey);
    else if (event.key === 'Delete' || event.key === 'Backspace') onRemove(name);
    else if (event.key === 'Escape' && isChosen) choose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <div className="board-content" inert data-stale={isWaiting || undefined}>
        {/* A widget that cannot be drawn can still be changed. */}
        {shown ? <CatchBoundary getResetKey={() => JSON.stringify(widget)} errorComponent={() => <section className="card widget board-empty"><span className="medium">{label}</span><span>{t('dashboards.not_drawn')}</span></section>}><WidgetView {...shown} size={sizeOf(place, width)} /></CatchBoundary> : (
          <section className="card widget board-empty"><span className="medium">{label}</span>{!problems.length && <><span className="skeleton" style={{ width: '70%' }} /><span className="skeleton" style={{ width: '45%' }} /></>}</section>
        )}
      </div>
      <button ref={cover} type="button" className="board-cover" aria-pressed={isChosen} aria-describedby={keys} onClick={() => choose(name)} onFocus={(event) => event.currentTarget.matches(':focus-visible') && choose(name)} onKeyDown={press}
        aria-label={t('dashboards.widget_label', { name: label, type: t(`dashboards.${type}`), column: place.x + 1, row: place.y + 1, width: place.width, height: place.height })} />
      {problems.length > 0 && <div className="board-wrong" role="alert"><IconAlertTriangle size={15} stroke={1.75} /><span>{problems[0]!.message}</span></div>}
      {isChosen && <><span className="board-tag" aria-hidden>{t(`dashboards.${type}`)}</span><CanvasTools widget={widget} label={label} onStep={onStep} onRemove={onRemove} /></>}
    </>
  );
}
