import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { firstChoice } from '../model/guess';
import { messageAt } from '../model/problems';
import { labelOf } from '../model/types';
import { ChoicesEditor } from '../parts/ChoicesEditor';
import { useStudio } from '../state/StudioProvider';
import type { SettingsProps } from './settings';

const OWN = '';

/** Choices of the field's own, or a shared set. */
export function ChoicesSettings({ field, problems, patch }: SettingsProps) {
  const { t } = useTranslation('studio');
  const { choiceSets, language } = useStudio();
  const sets = choiceSets.map((set) => ({ value: set.name, label: labelOf(set, language) }));
  const choose = (name: string | null) => {
    if (name) patch({ choice_set: name, choices: undefined, default: undefined });
    else patch({ choice_set: undefined, choices: field.choices ?? [firstChoice()], default: undefined });
  };
  return (
    <div className="column gap-8">
      {(sets.length > 0 || field.choice_set) && <Select label={t('choices.source')} data={[{ value: OWN, label: t('choices.own') }, ...sets]} value={field.choice_set ?? OWN} error={messageAt(problems, 'choice_set')} onChange={choose} />}
      {!field.choice_set && <ChoicesEditor choices={field.choices ?? []} error={messageAt(problems, 'choices')} onChange={(choices, mark) => patch({ choices }, mark)} />}
    </div>
  );
}
