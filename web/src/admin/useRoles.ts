import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { records } from '@/api/records';
import type { RecordData } from '@/catalog/types';
import { useCatalog } from '@/catalog/useCatalog';

export interface RoleChoice {
  id: string;
  name: string;
  label: string;
}

/** The roles people may have, called in the reader's language; their records have that of the workspace. */
export function useRoles(enabled = true): { roles: RoleChoice[]; labelOf: (role: { id: string; title?: string | null }) => string } {
  const { t } = useTranslation('work');
  const called = new Map(useCatalog().data.roles?.map((role) => [role.name, role.label]));
  const all = useQuery({ queryKey: ['records', 'role', 'all'], queryFn: ({ signal }) => records.query('role', { select: ['id', 'name', 'label', 'built_in'], limit: 500 }, signal), enabled });
  const label = (role: RecordData) => {
    const written = called.get(String(role.name)) || String(role.label || role.name);
    return role.built_in ? t(`users.built_in.${String(role.name)}`, { defaultValue: written }) : written;
  };
  const roles = (all.data?.items ?? []).map((role) => ({ id: role.id, name: String(role.name), label: label(role) }));
  return { roles, labelOf: (role) => roles.find((one) => one.id === role.id)?.label ?? role.title ?? '' };
}
