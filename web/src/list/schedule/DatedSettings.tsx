import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { SettingsProps } from '../layout/forms';
import type { Layout } from '../layout/model';
import { isDated } from './items';
import { colorFields, startFields } from './plain';

/** By which fields records lie in time, and by what they are coloured. */
export default function DatedSettings({ entity, state, onUpdate }: SettingsProps) {
  const { t } = useTranslation('work');
  const { layout } = state;
  const set = (change: Partial<Layout>) => onUpdate({ layout: { ...layout, ...change } });
  const options = (fields: { name: string; label: string }[]) => fields.map(({ name, label }) => ({ value: name, label }));
  const start = entity.fields.find(({ name }) => name === layout.start);
  const ends = entity.fields.filter((field) => isDated(field) && field.type === start?.type && field !== start);
  const clear = { clearable: true, clearButtonProps: { 'aria-label': t('field.clear') }, comboboxProps: { withinPortal: false } };
  const begin = (name: string | null) => {
    const chosen = entity.fields.find((field) => field.name === name);
    const end = entity.fields.find((field) => field.name === layout.end);
    if (chosen) set({ start: chosen.name, ...((end?.type !== chosen.type || end === chosen) && { end: undefined }) });
  };
  return (
    <div className="column gap-12" style={{ width: 280 }}>
      <Select comboboxProps={{ withinPortal: false }} label={t('calendar.start')} data={options(startFields(entity))} value={layout.start ?? null} allowDeselect={false} onChange={begin} />
      <Select {...clear} label={t('calendar.end')} placeholder={t('calendar.no_end')} data={options(ends)} value={layout.end ?? null} onChange={(end) => set({ end: end ?? undefined })} />
      <Select {...clear} label={t('calendar.color_by')} placeholder={t('calendar.no_color')} data={options(colorFields(entity))} value={layout.color_by ?? null} onChange={(by) => set({ color_by: by ?? undefined })} />
    </div>
  );
}
