/** What a dashboard shows as it is drawn, with what of it cannot be shown yet left out. */
import { api } from '@/api/client';
import type { Dashboard, DashboardData, FilterValues, IndicatorWidget, WidgetAnswer } from '@/dashboards/types';
import type { DashboardDoc, IndicatorDoc, WidgetDoc } from '../model/dashboard';
import { asShown } from '../model/measure';
import { type Language, labelOf, type MeasureDoc, type Problem } from '../model/types';
import { mistakesOf, tryMeasure } from '../state/api';

interface Answer {
  definition: Dashboard;
  data: DashboardData;
}

export interface Attempt extends Answer {
  mistakes: Problem[];
}

const ask = (document: DashboardDoc, filters: FilterValues, signal?: AbortSignal) => api.post<Answer>('/api/dashboards/attempt', { document, filters }, { signal });

const placeIn = (path: string | undefined, list: 'widgets' | 'filters') => {
  const found = new RegExp(`^/document/${list}/(\\d+)(/|$)`).exec(path ?? '');
  return found ? Number(found[1]) : undefined;
};

/** Indicators that the server does not know yet are counted out of the draft. */
async function counted(widget: IndicatorDoc, measure: MeasureDoc, language: Language, signal?: AbortSignal): Promise<[IndicatorWidget, WidgetAnswer]> {
  const { label, format, better, icon } = asShown(measure, language);
  const shown = { ...widget, period: undefined, label: labelOf({ label: widget.label }, language) || undefined, about: { label, icon, format, better } } as IndicatorWidget;
  try {
    const answer = await tryMeasure({ ...measure, period: widget.period ?? measure.period }, signal);
    return [shown, { type: 'indicator', ...answer }];
  } catch (error) {
    if (signal?.aborted) throw error;
    return [shown, { type: 'indicator', problem: { detail: mistakesOf(error)[0]?.message ?? (error instanceof Error ? error.message : '') } }];
  }
}

/** Asks for the numbers; what has mistakes is told, and the rest is asked for without it. */
export async function tryDashboard(doc: DashboardDoc, filters: FilterValues, drawn: MeasureDoc[], language: Language, signal?: AbortSignal): Promise<Attempt> {
  const all = doc.widgets ?? [];
  const measureOf = (widget: WidgetDoc) => (widget.type === 'indicator' ? drawn.find((one) => one.name === widget.measure) : undefined);
  const ours = () => Promise.all(all.flatMap((widget) => {
    const measure = measureOf(widget);
    return measure ? [counted(widget as IndicatorDoc, measure, language, signal)] : [];
  }));
  const left = all.map((widget, at) => ({ widget, at })).filter(({ widget }) => !measureOf(widget));
  const known = doc.filters ?? [];
  const sent = (widgets: typeof left, list = known) => ask({ ...doc, widgets: widgets.map((one) => one.widget), ...(list.length ? { filters: list } : { filters: undefined }) }, Object.fromEntries(Object.entries(filters).filter(([name]) => list.some((one) => one.name === name))), signal);
  const whole = async (): Promise<{ answer: Answer; mistakes: Problem[] }> => {
    try {
      return { answer: await sent(left), mistakes: [] };
    } catch (error) {
      const mistakes = mistakesOf(error);
      const wrongIn = (list: 'widgets' | 'filters') => new Set(mistakes.map((one) => placeIn(one.path, list)));
      const [wrong, wrongFilters] = [wrongIn('widgets'), wrongIn('filters')];
      const [rest, list] = [left.filter((_, at) => !wrong.has(at)), known.filter((_, at) => !wrongFilters.has(at))];
      if (rest.length === left.length && list.length === known.length) throw error;
      return { answer: await sent(rest, list), mistakes };
    }
  };
  const [{ answer, mistakes }, mine] = await Promise.all([whole(), ours()]);
  const placed = mistakes.map((one) => {
    const at = placeIn(one.path, 'widgets');
    return at === undefined ? one : { ...one, path: one.path.replace(/^\/document\/widgets\/\d+/, `/document/widgets/${left[at]?.at ?? at}`) };
  });
  return {
    definition: { ...answer.definition, widgets: [...answer.definition.widgets, ...mine.map(([widget]) => widget)] },
    data: { ...answer.data, widgets: { ...answer.data.widgets, ...Object.fromEntries(mine.map(([widget, one]) => [widget.name, one])) } },
    mistakes: placed,
  };
}
