import { useRef } from 'react';
import type { Widget, WidgetAnswer } from '@/dashboards/types';
import { useStudio } from '../state/StudioProvider';
import { labelOf } from '../model/types';
import { useBoard } from './useBoard';

export interface Shown {
  widget: Widget;
  answer?: WidgetAnswer;
}

/** A widget of the document as the page of a dashboard knows it, with what it came to; the last one that was whole while it is not. */
export function useShown(): (one: { name: string; type: string }) => Shown | undefined {
  const { widgets, attempt } = useBoard();
  const { language } = useStudio();
  const last = useRef(new Map<string, Shown>());
  for (const one of attempt?.definition.widgets ?? []) last.current.set(one.name, { widget: one, answer: attempt?.data.widgets[one.name] });
  return ({ name }) => {
    const doc = widgets.find((one) => one.name === name);
    if (!doc) return undefined;
    // Words and places need no answer.
    if (doc.type === 'text') return { widget: { ...doc, label: labelOf({ label: doc.label }, language), text: labelOf({ label: doc.text }, language) } };
    const found = last.current.get(name);
    return found && found.widget.type === doc.type ? { ...found, widget: { ...found.widget, place: doc.place } } : undefined;
  };
}
