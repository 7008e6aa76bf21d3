import { IconAlertTriangle, IconEye } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { everything } from '../model/form';
import { iconOf } from './icons';
import { usePartLabel } from './labels';
import { useCarry } from './useCarry';
import { useDesign } from './useDesign';
import { useSteps } from './useSteps';

/** Everything on the form as a tree, walked and put in order by keys and by mouse. */
export function Outline() {
  const { t } = useTranslation('studio');
  const { doc, chosen, choose, problemsOf } = useDesign();
  const { outline, press, wasDragged } = useCarry();
  const label = usePartLabel();
  const { onKey } = useSteps();
  const rows = everything(doc);
  const place = useRef<HTMLDivElement>(null);
  const first = rows.find((one) => one.at === chosen)?.at ?? rows[0]?.at;
  const isWalking = useRef(false);
  useEffect(() => {
    if (!isWalking.current || !chosen) return;
    place.current?.querySelector<HTMLElement>(`[data-row="${chosen}"]`)?.focus();
  }, [chosen, doc]);
  const walk = (event: KeyboardEvent, at: string) => {
    isWalking.current = true;
    if (onKey(event, at)) return;
    const index = rows.findIndex((one) => one.at === at);
    const to = event.key === 'ArrowDown' ? rows[index + 1] : event.key === 'ArrowUp' ? rows[index - 1] : event.key === 'Home' ? rows[0] : event.key === 'End' ? rows.at(-1) : undefined;
    if (!to || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    choose(to.at);
  };
  return (
    <>
      <p className="hint">{t('forms.outline_keys')}</p>
      <div ref={(element) => { place.current = outline.current = element; }} className="form-outline" role="tree" aria-label={t('dashboards.tab_outline')} onBlur={(event) => { if (!event.currentTarget.contains(event.relatedTarget)) isWalking.current = false; }}>
        {rows.map(({ at, node, depth }) => (
          <button key={at} type="button" role="treeitem" aria-level={depth + 1} aria-selected={at === chosen} className="tree-item" data-row={at} data-side={(at.startsWith('/side/0') && depth === 0) || undefined} tabIndex={at === first ? 0 : -1} style={{ paddingLeft: 8 + depth * 14 }}
            onPointerDown={(event) => press(event, { node, from: at, label: label(node, doc.entity), icon: iconOf(node) })} onClick={() => { if (!wasDragged()) choose(at); }} onKeyDown={(event) => walk(event, at)}>
            {iconOf(node)}<span className="ellipsis grow">{label(node, doc.entity)}</span>
            {node.show && <IconEye size={13} stroke={1.75} role="img" aria-label={t('forms.has_condition')} className="form-eye" />}
            {problemsOf(at).length > 0 && <IconAlertTriangle size={13} stroke={1.75} role="img" aria-label={problemsOf(at)[0]!.message} className="warn" />}
          </button>
        ))}
      </div>
    </>
  );
}
