import { useTranslation } from 'react-i18next';
import { targetOf } from '@/catalog/catalog';
import { useCatalog } from '@/catalog/useCatalog';
import type { Field } from '@/catalog/types';
import { referenceTitle } from '@/fields/reference';
import type { DashboardFilter } from '../types';
import { useTitles } from './useTitles';

/** Whoever looks, as the value of a filter. */
export const ME = 'me';

/** What is chosen as texts. */
export const listOf = (value: unknown) => (Array.isArray(value) ? value : value === null || value === undefined ? [] : [value]).map(String);

/** The field whose values a filter chooses among. */
export function useFilterField(filter: DashboardFilter): Field | undefined {
  const catalog = useCatalog();
  return filter.entity && filter.field ? catalog.path(filter.entity, filter.field)?.at(-1) : undefined;
}

/** What a filter is called. */
export function useFilterLabel(filter: DashboardFilter): string {
  const { t } = useTranslation('dashboards');
  const field = useFilterField(filter);
  return filter.label || (filter.type === 'field' ? (field?.label ?? filter.name) : t(filter.type === 'person' ? 'person' : 'period'));
}

/** What is chosen, in words; nothing where the filter acts on nothing. */
export function useSaid(filter: DashboardFilter, value: unknown): string | undefined {
  const { t } = useTranslation('dashboards');
  const field = useFilterField(filter);
  const target = filter.type === 'person' ? 'user' : field && targetOf(field);
  const list = listOf(value);
  const titles = useTitles(target, target ? list.filter((id) => id !== ME) : []);
  if (!list.length || filter.type === 'period') return undefined;
  const title = (id: string) => {
    const found = titles.find((one) => one.id === id);
    return id === ME ? t('me') : found?.title ? referenceTitle(found, target) : '…';
  };
  const word = (item: string) => field?.choices?.find((choice) => choice.value === item)?.label ?? (target ? title(item) : field?.type === 'boolean' ? t(item === 'true' ? 'work:value.yes' : 'work:value.no') : item);
  return list.length > 3 ? `${list.slice(0, 2).map(word).join(', ')} +${list.length - 2}` : list.map(word).join(', ');
}
