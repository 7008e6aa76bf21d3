import { useQuery } from '@tanstack/react-query';
import { currentLanguage } from '@/i18n';
import { measures } from './api';

/** The measures that the reader may have. */
export const useMeasures = () => useQuery({ queryKey: ['measures', 'list'], queryFn: async ({ signal }) => (await measures.list(signal)).sort((a, b) => a.label.localeCompare(b.label, currentLanguage())), staleTime: 60_000 });
