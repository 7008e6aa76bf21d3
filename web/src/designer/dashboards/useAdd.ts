import type { WidgetDoc, WidgetType } from '../model/dashboard';
import { entityOf, newIndicator, newWidget, wired } from '../model/dashboardNew';
import { dropped, freePlace } from '../model/dashboardPlaces';
import { useStudio } from '../state/StudioProvider';
import { useBoard } from './useBoard';
import { useSubject } from './useSubject';
import { useEntityOf } from './useEntityOf';

/** Adds a widget, whole from the start, at the first free place or where it was let go, and chooses it. */
export function useAdd(): (type: WidgetType, measure?: string, at?: { x: number; y: number }) => void {
  const { measures, entities, draftCatalog } = useStudio();
  const { doc, widgets, save, choose } = useBoard();
  const subjectOf = useSubject();
  const readBy = useEntityOf();
  const made = (type: WidgetType, measure?: string): WidgetDoc | undefined => {
    if (type === 'indicator') {
      const used = new Set(widgets.flatMap((one) => (one.type === 'indicator' ? [one.measure] : [])));
      const found = measures.find((one) => one.name === measure) ?? measures.find((one) => !used.has(one.name)) ?? measures[0];
      return found && newIndicator(found, widgets);
    }
    // What one adds most likely tells of what is there already.
    const names = [...widgets.flatMap((one) => readBy(one) ?? []).reverse(), ...measures.map((one) => one.entity), ...entities.flatMap((view) => (view.system ? [] : [view.name]))];
    const subject = names.map(subjectOf).find(Boolean);
    return subject && newWidget(type, subject, widgets);
  };
  return (type, measure, at) => {
    const fresh = made(type, measure);
    if (!fresh) return;
    const widget = wired(fresh, doc.filters ?? [], draftCatalog(), entityOf(fresh, measures));
    save({ ...doc, widgets: at ? dropped(widgets, widget, at) : [...widgets, { ...widget, place: freePlace(widgets, widget.place) }] });
    choose(widget.name);
  };
}
