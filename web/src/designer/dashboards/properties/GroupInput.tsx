import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type GroupDoc, grouped, type GroupUnit, pathOf, UNITS, unitOf } from '../../model/dashboard';
import { groups } from '../../model/dashboardStart';
import { PathInput } from '../../measures/PathInput';
import { useStudio } from '../../state/StudioProvider';

interface Props {
  label: string;
  entity: string;
  value: GroupDoc | undefined;
  onChange: (group: GroupDoc | undefined) => void;
  clearable?: boolean;
  placeholder?: string;
  error?: string;
}

/** A field out of the attribute tree by which records are grouped; of a date, the period. */
export function GroupInput({ label, entity, value, onChange, clearable, placeholder, error }: Props) {
  const { t } = useTranslation('studio');
  const { draftCatalog } = useStudio();
  const isDate = (path: string) => ['date', 'datetime'].includes(draftCatalog().path(entity, path)?.at(-1)?.type ?? '');
  const path = value && pathOf(value);
  return (
    <div className="column gap-6">
      <PathInput label={label} entity={entity} value={path} clearable={clearable} placeholder={placeholder} accept={groups} error={error} onChange={(next) => onChange(next && grouped(next, isDate(next) ? 'month' : undefined))} />
      {path && isDate(path) && <Select size="xs" aria-label={t('dashboards.by_of', { name: label })} allowDeselect={false} data={UNITS.map((one) => ({ value: one, label: t(`dashboards.by_${one}`) }))} value={unitOf(value) ?? 'day'} onChange={(unit) => unit && onChange(grouped(path, unit as GroupUnit))} />}
    </div>
  );
}
