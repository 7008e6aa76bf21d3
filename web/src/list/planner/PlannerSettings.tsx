import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { groupFields } from '../kanban/plain';
import type { SettingsProps } from '../layout/forms';
import DatedSettings from '../schedule/DatedSettings';

/** By what the rows of a plan stand, and all that a calendar wants to know. */
export default function PlannerSettings(props: SettingsProps) {
  const { t } = useTranslation('work');
  const { entity, state, onUpdate } = props;
  return (
    <div className="column gap-12">
      <Select comboboxProps={{ withinPortal: false }} label={t('planner.rows')} data={groupFields(entity).map(({ name, label }) => ({ value: name, label }))} value={state.layout.group_by ?? null} allowDeselect={false} onChange={(by) => by && onUpdate({ layout: { ...state.layout, group_by: by, limits: {}, ...(by === state.layout.lanes && { lanes: undefined }) } })} />
      <DatedSettings {...props} />
    </div>
  );
}
