import type { FieldDoc, Problem } from '../model/types';
import type { EntityView } from '../state/views';

/** What every small editor of a field takes. */
export interface SettingsProps {
  view: EntityView;
  field: FieldDoc;
  problems: Problem[];
  patch: (patch: Partial<FieldDoc>, mark?: string) => void;
}
