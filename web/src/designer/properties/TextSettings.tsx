import { NumberInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { takes } from '../model/fieldTypes';
import { messageAt } from '../model/problems';
import { NumberingSettings } from './NumberingSettings';
import type { SettingsProps } from './settings';

/** Length and pattern of texts; the look of automatic numbers. */
export function TextSettings(props: SettingsProps) {
  const { field, problems, patch } = props;
  const { t } = useTranslation('studio');
  const number = field.type === 'auto_number';
  return (
    <>
      {takes(field, 'max_length') && (
        <NumberInput label={t('properties.max_length')} value={field.max_length ?? ''} min={1} allowDecimal={false} allowNegative={false} hideControls placeholder={t('properties.no_limit')} error={messageAt(problems, 'max_length')}
          onChange={(value) => patch({ max_length: typeof value === 'number' ? value : undefined }, 'max_length')} />
      )}
      {takes(field, 'pattern') && (
        <TextInput label={t(number ? 'properties.number_pattern' : 'properties.pattern')} description={t(number ? 'properties.number_pattern_text' : 'properties.pattern_text')} value={field.pattern ?? ''} placeholder={number ? '{0}' : undefined} spellCheck={false}
          error={messageAt(problems, 'pattern')} onChange={(event) => patch({ pattern: event.currentTarget.value || undefined }, 'pattern')} />
      )}
      {number && <NumberingSettings {...props} />}
    </>
  );
}
