import { Checkbox, ColorInput, MultiSelect, Select } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { records } from '@/api/records';
import { choiceHue } from '@/ui/hue';
import { Badge } from '@/ui/marks';
import { useOfRecord } from '../ofRecord';
import { type InputProps, LEAST_LIST } from '../types';

/** The choices that may be taken, with those that are taken already. */
function useChoices(field: InputProps['field'], chosen: string[]) {
  const record = useOfRecord(field);
  const here = field.options && record ? record.choicesOf(field) : undefined;
  const ask = !!field.options && !!record && !here;
  const values = ask ? record.unsaved() : {};
  const told = useQuery({
    queryKey: ['records', record?.entity, 'choices', field.name, record?.id, values],
    queryFn: ({ signal }) => records.options(record!.entity, { field: field.name, record: record!.id, values }, signal),
    enabled: ask,
    placeholderData: keepPreviousData,
  }).data?.values;
  const open = here ?? told;
  return (field.choices ?? []).filter((choice) => !open || open.includes(choice.value) || chosen.includes(choice.value)).map((choice) => ({ value: choice.value, label: choice.label }));
}

export function hueOfChoice(field: InputProps['field'], value: unknown) {
  const position = field.choices?.findIndex((choice) => choice.value === value) ?? 0;
  return choiceHue(field.choices?.[position]?.color, position);
}

export function ChoiceField({ id, field, value, onChange, onCommit, error, compact, autoFocus, readOnly }: InputProps) {
  const { t } = useTranslation('work');
  const options = useChoices(field, value ? [String(value)] : []);
  const set = (next: string | null) => { onChange(next); onCommit?.(next); };
  return (
    <Select id={id} aria-label={compact ? field.label : undefined} data={options} value={(value as string | null) ?? null} onChange={set} error={error} readOnly={readOnly} searchable={(field.choices?.length ?? 0) > 8} clearable={!field.required && !readOnly} clearButtonProps={{ 'aria-label': t('field.clear') }}
      styles={compact ? { dropdown: { minWidth: LEAST_LIST } } : undefined} comboboxProps={compact ? { position: 'bottom-start' } : undefined}
      className={compact ? 'in-cell' : undefined} defaultDropdownOpened={compact && !error} autoFocus={autoFocus} nothingFoundMessage={t('common:palette.nothing')}
      leftSection={value ? <span className={`hue-${hueOfChoice(field, value)}`} style={{ display: 'flex' }}><i className="hue-point" /></span> : undefined} leftSectionWidth={value ? 26 : undefined}
      renderOption={({ option }) => <Badge hue={hueOfChoice(field, option.value)}>{option.label}</Badge>} />
  );
}

export function MultiChoiceField({ id, field, value, onChange, onCommit, error, compact, readOnly }: InputProps) {
  const { t } = useTranslation('work');
  const options = useChoices(field, (value as string[] | null) ?? []);
  const set = (next: string[]) => { onChange(next); onCommit?.(next); };
  return (
    <MultiSelect id={id} aria-label={compact ? field.label : undefined} data={options} value={(value as string[] | null) ?? []} onChange={set} error={error} readOnly={readOnly} searchable clearable={!readOnly} clearButtonProps={{ 'aria-label': t('field.clear') }} size="sm" classNames={{ input: 'control-input' }}
      className={compact ? 'in-cell' : undefined} nothingFoundMessage={t('common:palette.nothing')} renderOption={({ option }) => <Badge hue={hueOfChoice(field, option.value)}>{option.label}</Badge>} />
  );
}

export function BooleanField({ id, field, value, onChange, onCommit, error, compact, readOnly, autoFocus }: InputProps) {
  const { t } = useTranslation('work');
  const set = (next: boolean) => { onChange(next); onCommit?.(next); };
  return (
    <div style={{ minHeight: 32, display: 'flex', alignItems: 'center', justifyContent: compact ? 'center' : undefined }}>
      <Checkbox id={id} size="sm" aria-label={compact ? field.label : undefined} label={compact ? undefined : t(value ? 'value.yes' : 'value.no')} checked={value === true} indeterminate={false} disabled={readOnly} error={error} autoFocus={autoFocus} onChange={(event) => set(event.currentTarget.checked)} />
    </div>
  );
}

const SWATCHES = ['#1D4ED8', '#0891B2', '#0D9488', '#16A34A', '#65A30D', '#D97706', '#EA580C', '#E11D48', '#7C3AED', '#64748B'];

export function ColorField({ id, field, value, onChange, onCommit, error, compact, readOnly }: InputProps) {
  const { t } = useTranslation('work');
  return <ColorInput id={id} aria-label={compact ? field.label : undefined} value={String(value ?? '')} error={error} readOnly={readOnly} swatches={SWATCHES} onChange={(next) => onChange(next || null)} onChangeEnd={(next) => onCommit?.(next || null)} size="sm" classNames={{ input: 'control-input' }} eyeDropperButtonProps={{ 'aria-label': t('field.pick_from_screen') }} attributes={{ saturation: { title: t('field.saturation') }, slider: { 'aria-label': t('field.hue') } }} />;
}
