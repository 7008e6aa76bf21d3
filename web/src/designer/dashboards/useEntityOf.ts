import type { WidgetDoc } from '../model/dashboard';
import { entityOf } from '../model/dashboardNew';
import type { ViewDoc } from '../model/types';
import { useStudio } from '../state/StudioProvider';

/** The entity whose records a widget reads. */
export function useEntityOf(): (widget: WidgetDoc) => string | undefined {
  const { measures, documents } = useStudio();
  const views = documents.filter((one): one is ViewDoc => one.kind === 'view');
  return (widget) => entityOf(widget, measures, views);
}
