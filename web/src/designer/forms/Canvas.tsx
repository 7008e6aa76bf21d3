import { IconAlertTriangle, IconEye } from '@tabler/icons-react';
import { type CSSProperties, type PointerEvent, useCallback, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { everything, type FormNode, typeOf } from '../model/form';
import { equal } from '../model/equal';
import { CanvasTools } from './CanvasTools';
import { Drawing } from './Drawing';
import { iconOf } from './icons';
import { useConditionWords, usePartLabel } from './labels';
import { useCarry } from './useCarry';
import { useDesign } from './useDesign';
import { useSteps } from './useSteps';

interface Place {
  at: string;
  depth: number;
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Where the parts are on the canvas, measured again whenever what is drawn changes. */
function usePlaces(root: { current: HTMLElement | null }): Place[] {
  const [places, setPlaces] = useState<Place[]>([]);
  const measure = useCallback(() => {
    const base = root.current?.getBoundingClientRect();
    if (!base) return;
    const next = [...root.current!.querySelectorAll<HTMLElement>('[data-at]')].flatMap((element): Place[] => {
      const box = element.getBoundingClientRect();
      const at = element.dataset.at!;
      return box.width ? [{ at, depth: at.split('/').length, left: Math.round(box.left - base.left), top: Math.round(box.top - base.top), width: Math.round(box.width), height: Math.round(box.height) }] : [];
    });
    setPlaces((now) => (equal(now, next) ? now : next));
  }, [root]);
  useLayoutEffect(measure);
  useEffect(() => {
    const element = root.current;
    if (!element) return;
    // What stands in a list or a chart comes later, and what is below it moves then.
    const sizes = new ResizeObserver(measure);
    const parts = new MutationObserver(() => {
      for (const one of element.querySelectorAll('[data-at]')) sizes.observe(one);
      measure();
    });
    sizes.observe(element);
    parts.observe(element, { childList: true, subtree: true });
    return () => { sizes.disconnect(); parts.disconnect(); };
  }, [measure, root]);
  return places;
}

/** How long what has just been chosen is kept in sight as it grows. */
const SETTLES = 1500;

/** The form as people will see it, under covers that take the mouse and the keys. */
export function Canvas() {
  const { t } = useTranslation('studio');
  const { doc, chosen, node, choose, problemsOf, look } = useDesign();
  const { canvas, press, wasDragged, carried } = useCarry();
  const label = usePartLabel();
  const { onKey } = useSteps();
  const keys = useId();
  const drawing = useRef<HTMLDivElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const places = usePlaces(drawing);
  const seen = useRef<{ at: string; time: number }>(undefined);

  // What has just been chosen elsewhere, added or moved is shown.
  useEffect(() => {
    // Charts and lists grow once they are read.
    if (!chosen || (seen.current?.at === chosen && Date.now() - seen.current.time > SETTLES)) return;
    const cover = layer.current?.querySelector<HTMLElement>(`[data-cover="${chosen}"]`);
    if (!cover) return;
    if (seen.current?.at !== chosen) seen.current = { at: chosen, time: Date.now() };
    cover.parentElement!.scrollIntoView({ block: 'nearest' });
    const focused = document.activeElement;
    if (focused instanceof HTMLElement && focused.dataset.cover !== undefined) cover.focus({ preventScroll: true });
  }, [chosen, places]);
  useEffect(() => { if (!chosen) seen.current = undefined; }, [chosen]);

  const start = (event: PointerEvent, at: string, node: FormNode) => press(event, { node, from: at, label: label(node, doc.entity), icon: iconOf(node) });
  const place = places.find((one) => one.at === chosen);
  const of = new Map(everything(doc).map((one) => [one.at, one.node]));
  return (
    <div ref={(element) => { canvas.current = element; }} className="form-canvas" data-device={look.device} data-variant={look.variant} style={{ '--drop-here': JSON.stringify(t('forms.drop_here')) } as CSSProperties} data-carrying={carried ? '' : undefined}>
      <span id={keys} className="visually-hidden">{t('forms.keys')}</span>
      <div ref={drawing} className="form-drawing" inert><Drawing /></div>
      <div ref={layer} className="form-layer">
        {places.map(({ at, depth, ...box }) => {
          const part = of.get(at);
          if (!part) return null;
          const isChosen = at === chosen;
          const [problem] = problemsOf(at);
          const name = label(part, doc.entity);
          return (
            <div key={at} className="form-place" data-chosen={isChosen || undefined} data-type={typeOf(part)} data-wrong={problem ? (problem.severity === 'warning' ? 'warning' : 'error') : undefined} style={{ ...box, zIndex: depth }}>
              <button type="button" className="form-cover" data-cover={at} aria-pressed={isChosen} aria-describedby={keys} aria-label={t('forms.part_label', { name, type: t(`forms.${typeOf(part)}`) })}
                onPointerDown={(event) => start(event, at, part)} onClick={() => { if (!wasDragged()) choose(at); }} onKeyDown={(event) => onKey(event, at)} />
              {problem && <div className="form-wrong" role="alert"><IconAlertTriangle size={14} stroke={1.75} /><span>{problem.message}</span></div>}
              {!isChosen && part.show && typeOf(part) !== 'tab' && <ShownWhen text={part.show} />}
            </div>
          );
        })}
        {place && node && (
          <div className="form-frame" data-type={typeOf(node)} style={{ left: place.left, top: place.top, width: place.width, height: place.height }}>
            <span className="board-tag" aria-hidden>{t(`forms.${typeOf(node)}`)}</span>
            <CanvasTools at={place.at} name={label(node, doc.entity)} onCarry={(event) => start(event, place.at, node)} />
            {node.show && <Condition text={node.show} />}
          </div>
        )}
      </div>
    </div>
  );
}

/** Says on the canvas that a part has a condition. */
function ShownWhen({ text }: { text: string }) {
  const { t } = useTranslation('studio');
  const { doc } = useDesign();
  const [first, ...more] = useConditionWords()(text, doc.entity);
  return <span className="form-condition" aria-hidden title={t('forms.shown_when', { words: [first, ...more].join(', ') })}><IconEye size={13} stroke={1.75} /></span>;
}

/** The condition of what is chosen, in words under it. */
function Condition({ text }: { text: string }) {
  const { t } = useTranslation('studio');
  const { doc } = useDesign();
  const [first, ...more] = useConditionWords()(text, doc.entity);
  return (
    <span className="form-condition words" aria-hidden>
      <IconEye size={13} stroke={1.75} /><span className="ellipsis">{t('forms.shown_when', { words: first })}</span>{more.length > 0 && <span className="form-condition-more">{t('forms.and_more', { count: more.length })}</span>}
    </span>
  );
}
