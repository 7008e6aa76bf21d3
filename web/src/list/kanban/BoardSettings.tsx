import { NumberInput, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { SettingsProps } from '../layout/forms';
import type { Layout } from '../layout/model';
import { groupFields, totalFields } from './plain';

/** By what the columns and lanes of a board stand, what is added up, and how many each is to hold. */
export default function BoardSettings({ entity, state, onUpdate }: SettingsProps) {
  const { t } = useTranslation('work');
  const { layout: board } = state;
  const set = (change: Partial<Layout>) => onUpdate({ layout: { ...board, ...change } });
  const options = (fields: { name: string; label: string }[]) => fields.map(({ name, label }) => ({ value: name, label }));
  const groups = options(groupFields(entity));
  const field = entity.fields.find((item) => item.name === board.group_by);
  const limit = (choice: string, most: string | number) => {
    const { [choice]: _, ...rest } = board.limits;
    set({ limits: most === '' ? rest : { ...rest, [choice]: Number(most) } });
  };
  return (
    <div className="column gap-12" style={{ width: 280 }}>
      <Select comboboxProps={{ withinPortal: false }} label={t('board.columns')} data={groups} value={board.group_by ?? null} allowDeselect={false} onChange={(by) => by && set({ group_by: by, limits: {}, ...(by === board.lanes && { lanes: undefined }) })} />
      <Select comboboxProps={{ withinPortal: false }} label={t('board.lanes')} placeholder={t('board.no_lanes')} data={groups.filter(({ value }) => value !== board.group_by)} value={board.lanes ?? null} clearable clearButtonProps={{ 'aria-label': t('field.clear') }} onChange={(lanes) => set({ lanes: lanes ?? undefined })} />
      <Select comboboxProps={{ withinPortal: false }} label={t('board.total')} placeholder={t('board.no_total')} data={options(totalFields(entity))} value={board.total ?? null} clearable clearButtonProps={{ 'aria-label': t('field.clear') }} onChange={(total) => set({ total: total ?? undefined })} />
      {field?.type === 'choice' && (
        <fieldset className="board-limits">
          <legend>{t('board.limits')}</legend>
          {(field.choices ?? []).map((choice) => (
            <label key={choice.value} className="row gap-8"><span className="grow ellipsis">{choice.label}</span><NumberInput size="xs" w={76} min={0} max={9999} allowDecimal={false} allowNegative={false} hideControls placeholder="—" value={board.limits[choice.value] ?? ''} onChange={(most) => limit(choice.value, most)} /></label>
          ))}
        </fieldset>
      )}
    </div>
  );
}
