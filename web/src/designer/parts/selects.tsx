import { MultiSelect, Select, type SelectProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { FieldTypeIcon } from '@/ui/FieldTypeIcon';
import type { FieldType } from '@/catalog/types';
import { FIELD_TYPES, GROUPS } from '../model/fieldTypes';
import { labelOf } from '../model/types';
import type { EntityView } from '../state/views';
import { useStudio } from '../state/StudioProvider';

/** Chooses the type of a field among groups of types in human words. */
export function TypeSelect({ value, onChange, ...rest }: { value: string; onChange: (type: string) => void } & Omit<SelectProps, 'value' | 'onChange' | 'data'>) {
  const { t } = useTranslation('studio');
  const data = GROUPS.map((group) => ({ group: t(`group.${group}`), items: FIELD_TYPES.filter((type) => type.group === group).map((type) => ({ value: type.name, label: t(`type.${type.name}`) })) }));
  return (
    <Select searchable data={data} value={value} onChange={(next) => next && onChange(next)} maxDropdownHeight={340} comboboxProps={{ width: 232, position: 'bottom-start' }} nothingFoundMessage={t('part.nothing')}
      renderOption={({ option }) => <span className="row gap-8"><FieldTypeIcon type={option.value as FieldType} />{option.label}</span>} {...rest} />
  );
}

/** Entities by their labels; `datasets` are those that may be chosen beside them. */
export function useEntityOptions(datasets: EntityView[] = []) {
  const { entities } = useStudio();
  const { t } = useTranslation('studio');
  const of = (system: boolean) => entities.filter((view) => view.system === system).map((view) => ({ value: view.name, label: view.label }));
  const read = (isRegister: boolean) => datasets.filter((view) => view.key.startsWith('register/') === isRegister).map((view) => ({ value: view.name, label: view.label }));
  return [{ group: t('tree.data'), items: of(false) }, { group: t('crumb.datasets'), items: read(false) }, { group: t('crumb.registers'), items: read(true) }, { group: t('tree.system'), items: of(true) }].filter((group) => group.items.length);
}

export function EntitySelect({ value, onChange, datasets, ...rest }: { value?: string; onChange: (name: string) => void; datasets?: EntityView[] } & Omit<SelectProps, 'value' | 'onChange' | 'data'>) {
  const { t } = useTranslation('studio');
  return <Select searchable data={useEntityOptions(datasets)} value={value ?? null} onChange={(next) => next && onChange(next)} placeholder={t('part.choose_entity')} nothingFoundMessage={t('part.nothing')} {...rest} />;
}

/** The roles whose people something is for; none chosen is everybody. */
export function RolesSelect({ value, onChange, label, error }: { value?: string[]; onChange: (names: string[]) => void; label: string; error?: string }) {
  const { t } = useTranslation('studio');
  const { documents, language } = useStudio();
  const data = [{ value: 'designer', label: t('access.designer') }, ...documents.flatMap((doc) => (doc.kind === 'role' ? [{ value: doc.name, label: labelOf(doc, language) }] : []))];
  return <MultiSelect searchable clearable clearButtonProps={{ 'aria-label': t('part.clear') }} label={label} data={data} value={value ?? []} onChange={onChange} placeholder={value?.length ? undefined : t('part.everybody')} error={error} nothingFoundMessage={t('part.nothing')} classNames={{ label: 'control-label', input: 'control-input' }} />;
}

export function EntitiesSelect({ value, onChange, label, error }: { value?: string[]; onChange: (names: string[]) => void; label: string; error?: string }) {
  const { t } = useTranslation('studio');
  return <MultiSelect searchable label={label} data={useEntityOptions()} value={value ?? []} onChange={onChange} placeholder={value?.length ? undefined : t('part.choose_entity')} error={error} classNames={{ label: 'control-label', input: 'control-input' }} />;
}

/** Tells a dashboard from a list among the choices: no name has this sign. */
const BOARD = 'dashboard/';

interface TargetProps {
  value?: { entity?: string; dashboard?: string };
  onChange: (target: { entity: string } | { dashboard: string }) => void;
  label?: string;
  placeholder?: string;
  error?: string;
  size?: string;
}

/** What an item of the navigation leads to: a list or a dashboard. */
export function TargetSelect({ value, onChange, label, placeholder, error, size }: TargetProps) {
  const { t } = useTranslation('studio');
  const { language, datasetViews, dashboards } = useStudio();
  const lists = useEntityOptions(datasetViews);
  const boards = dashboards.map((one) => ({ value: `${BOARD}${one.name}`, label: labelOf(one, language) }));
  const chosen = value?.dashboard ? `${BOARD}${value.dashboard}` : (value?.entity ?? null);
  const pick = (picked: string) => onChange(picked.startsWith(BOARD) ? { dashboard: picked.slice(BOARD.length) } : { entity: picked });
  return <Select searchable size={size} label={label} aria-label={label ? undefined : placeholder} placeholder={placeholder} value={chosen} error={error} data={boards.length ? [{ group: t('crumb.dashboards'), items: boards }, ...lists] : lists} nothingFoundMessage={t('part.nothing')} onChange={(picked) => picked && pick(picked)} />;
}
