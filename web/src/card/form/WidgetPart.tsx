import { useElementSize } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ApiError } from '@/api/error';
import { WidgetView } from '@/dashboards/widgets/WidgetView';
import type { Widget, WidgetAnswer, WidgetType } from '@/dashboards/types';
import { useLayout } from './context';
import type { Of } from './types';
import { askWidget } from './widgetData';

const HEIGHTS: Partial<Record<WidgetType, number>> = { indicator: 124, chart: 280, pivot: 300, list: 300 };

/** A widget of dashboards, over the records that belong to this one. */
export function WidgetPart({ component }: { component: Of<'widget'> }) {
  const { form, entity, layout, document: drawing } = useLayout();
  const { ref, width } = useElementSize();
  const { type } = component.widget;
  const { id, version } = form.values;
  // Each save may change what is counted; what others change comes with its event.
  const query = useQuery({
    queryKey: ['records', entity.name, 'form-widget', layout.name, component.name, id, version, drawing], enabled: type !== 'text', placeholderData: keepPreviousData, staleTime: 5_000, retry: false,
    queryFn: () => askWidget({ form: layout.name, record: id, document: drawing }, component.name),
  });
  const widget = useMemo((): Widget => ({ ...component.widget, name: component.name, place: { x: 0, y: 0, width: 12, height: 5 } }), [component]);
  const { error } = query;
  const failed: WidgetAnswer | undefined = error && !query.data ? { type, problem: error instanceof ApiError ? { status: error.status, code: error.code, detail: error.message } : { detail: String(error) } } : undefined;
  const height = HEIGHTS[type];
  return <div ref={ref} className="form-widget" data-type={type} style={{ height }}><WidgetView widget={widget} answer={failed ?? query.data} size={{ width: width || 360, height: height ?? 120 }} /></div>;
}
