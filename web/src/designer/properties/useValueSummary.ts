import { useTranslation } from 'react-i18next';
import { shift } from '../model/digits';
import { labelOf, type FieldDoc } from '../model/types';
import { useStudio } from '../state/StudioProvider';

/** The formula or the default of a field in a few words; nothing when it has none. */
export function useValueSummary(field: FieldDoc): string | undefined {
  const { t } = useTranslation('studio');
  const { language, choiceSets, entityLabel } = useStudio();
  if (field.formula) return `= ${field.formula.expression}`;
  if (field.type === 'auto_number') return field.pattern ?? '{0}';
  if (field.type === 'any_link') return field.targets?.map(entityLabel).join(', ');
  const value = field.default;
  if (value === undefined || value === null) return field.choice_set ? labelOf(choiceSets.find((set) => set.name === field.choice_set) ?? { name: field.choice_set }, language) : undefined;
  if (typeof value === 'boolean') return t(value ? 'properties.yes' : 'properties.no');
  if (typeof value === 'object' && !Array.isArray(value) && 'expression' in value) {
    const text = String(value.expression);
    return ['today()', 'now()', 'user'].includes(text) ? t(`suggest.${text.replace('()', '')}`) : text;
  }
  if (field.type === 'percent') return `${shift(String(value), 2)}${t('properties.percent_sign')}`;
  const choices = field.choices ?? choiceSets.find((set) => set.name === field.choice_set)?.choices ?? [];
  const word = (one: unknown) => labelOf(choices.find((choice) => choice.value === one), language) || String(one);
  return Array.isArray(value) ? value.map(word).join(', ') : word(value);
}
