import { useTranslation } from 'react-i18next';
import type { FilterDoc } from '../model/dashboard';
import { labelOf } from '../model/types';
import { useStudio } from '../state/StudioProvider';

/** What a filter of a dashboard is called: its own name, that of its field, or what it is. */
export function useFilterLabel(): (filter: FilterDoc) => string {
  const { t } = useTranslation('studio');
  const { language, draftCatalog } = useStudio();
  return (filter) => labelOf({ label: filter.label }, language) || (filter.type === 'field' ? (draftCatalog().field(filter.entity, filter.field ?? '')?.label ?? filter.name) : t(`dashboards.filter_${filter.type}`));
}
