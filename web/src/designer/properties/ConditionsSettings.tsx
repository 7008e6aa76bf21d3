import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { optionScope } from '../model/conditionScope';
import { conditionsOf, type ConditionKey } from '../model/fieldTypes';
import { messageAt } from '../model/problems';
import type { FieldConditionDoc } from '../model/types';
import { ConditionInput, NOTHING } from '../parts/ConditionInput';
import { LabelInputs } from '../parts/LabelInputs';
import { useStudio } from '../state/StudioProvider';
import type { SettingsProps } from './settings';

/** When a field is shown, needed and locked, and what may be chosen, each with what people read. */
export function ConditionsSettings(props: SettingsProps) {
  const { t } = useTranslation('studio');
  const { field, patch } = props;
  if (field.formula) return null;
  const known = conditionsOf(field.type);
  const there = known.filter((key) => field[key]);
  const left = known.filter((key) => !field[key]);
  return (
    <section className="column gap-12" aria-label={t('conditions.title')}>
      <div className="row between"><span className="form-label" style={{ margin: 0 }}>{t('conditions.title')}</span>
        {left.length > 0 && (
          <Menu position="bottom-end">
            <Menu.Target><Button size="compact-xs" variant="subtle" leftSection={<IconPlus size={13} stroke={1.75} />}>{t('conditions.add')}</Button></Menu.Target>
            <Menu.Dropdown>{left.map((key) => <Menu.Item key={key} onClick={() => patch({ [key]: { when: NOTHING } })}>{t(`conditions.${key}`)}</Menu.Item>)}</Menu.Dropdown>
          </Menu>
        )}
      </div>
      {there.length === 0 && <p className="hint">{t('conditions.none')}</p>}
      {there.map((key) => <Condition key={key} {...props} of={key} condition={field[key]!} />)}
    </section>
  );
}

function Condition({ view, field, problems, patch, of, condition }: SettingsProps & { of: ConditionKey; condition: FieldConditionDoc }) {
  const { t } = useTranslation('studio');
  const { draftCatalog } = useStudio();
  const catalog = draftCatalog();
  // The candidate has a name only here.
  const scope = useMemo(() => (of === 'options' ? optionScope(catalog, view.name, field.name, t('conditions.option')) : undefined), [catalog, of, view.name, field.name, t]);
  const set = (next: Partial<FieldConditionDoc>, mark: string) => patch({ [of]: { ...condition, ...next } }, `${of}.${mark}`);
  return (
    <div className="card column gap-12" style={{ padding: 12 }} role="group" aria-label={t(`conditions.${of}`)}>
      <div className="row gap-8" style={{ alignItems: 'flex-start' }}>
        <div className="grow"><ConditionInput label={t(`conditions.${of}`)} value={condition.when} entity={view} scope={scope} hint={t(`conditions.${of}_none`)} error={messageAt(problems, `${of}/when`) ?? messageAt(problems, of)} onChange={(when) => set({ when }, 'when')} /></div>
        <ActionIcon aria-label={t('conditions.remove')} title={t('conditions.remove')} onClick={() => patch({ [of]: undefined })}><IconTrash size={15} stroke={1.75} /></ActionIcon>
      </div>
      <LabelInputs label={t('conditions.message')} value={condition.message} error={messageAt(problems, `${of}/message`)} onChange={(message) => set({ message }, 'message')} />
    </div>
  );
}
