import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';

/** How many people hold the role, when the caller may know. */
export function People({ role }: { role: string }) {
  const { t } = useTranslation('studio');
  const people = useQuery({
    queryKey: ['records', 'user', 'role', role],
    queryFn: () => api.get<{ count?: number }>('/api/records/user', { limit: 1, select: 'id', count: 'exact', filter: `roles.any(|r| r.name == "${role}")` }),
    retry: false,
  });
  return <span className="size-11 dim">{people.data?.count === undefined ? ' ' : t('access.people', { count: people.data.count })}</span>;
}
