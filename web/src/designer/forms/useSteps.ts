import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from '@/ui/toast';
import { nodeAt } from '../model/form';
import { duplicated, mayRemove, nearTo, removed, stepped, type Way } from '../model/formTree';
import { usePartLabel } from './labels';
import { useDesign } from './useDesign';

const WAYS: Record<string, Way> = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'out', ArrowRight: 'in' };

/** What is done with what is chosen, by the tool bar and by keys: Alt and arrows move, Delete removes, Ctrl D copies, Escape lets go. */
export function useSteps() {
  const { t } = useTranslation('studio');
  const { doc, put, save, choose } = useDesign();
  const label = usePartLabel();
  const step = (at: string, way: Way) => put(stepped(doc, at, way));
  const copy = (at: string) => put(duplicated(doc, at));
  const remove = (at: string) => {
    if (!mayRemove(doc, at)) return toast(t('forms.last_tab'));
    const near = nearTo(doc, at);
    save(removed(doc, at));
    choose(near);
  };
  /** Whether the key meant something here. */
  const onKey = (event: KeyboardEvent, at: string): boolean => {
    const way = event.altKey && !event.ctrlKey && !event.metaKey ? WAYS[event.key] : undefined;
    const isCopy = (event.ctrlKey || event.metaKey) && event.code === 'KeyD';
    if (way) step(at, way);
    else if (isCopy) copy(at);
    else if (!event.altKey && !event.ctrlKey && !event.metaKey && (event.key === 'Delete' || event.key === 'Backspace')) remove(at);
    else if (event.key === 'Escape') choose();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const canStep = (at: string, way: Way) => stepped(doc, at, way) !== undefined;
  const canCopy = (at: string) => duplicated(doc, at) !== undefined;
  const nameOf = (at: string) => {
    const node = nodeAt(doc, at);
    return node ? label(node, doc.entity) : '';
  };
  return { step, copy, remove, onKey, canStep, canCopy, nameOf };
}
