import { MultiSelect, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { shift } from '../model/digits';
import { messageAt } from '../model/problems';
import { labelOf, type ChoiceDoc, type DefaultDoc } from '../model/types';
import { ExpressionInput } from '../parts/ExpressionInput';
import { useStudio } from '../state/StudioProvider';
import type { SettingsProps } from './settings';

const isExpression = (value: DefaultDoc | undefined): value is { expression: string } => typeof value === 'object' && value !== null && !Array.isArray(value) && 'expression' in value;

/** What a new record gets: always the same, or calculated when it is made. */
export function DefaultEditor(props: SettingsProps) {
  const { t } = useTranslation('studio');
  const { field, problems, patch, view } = props;
  const only = field.type === 'user' || field.type === 'link';
  const [calculated, setCalculated] = useState(only || isExpression(field.default));
  const error = messageAt(problems, 'default');
  const label = t('properties.default');
  const choose = (mode: string) => {
    setCalculated(mode === 'expression');
    patch({ default: undefined });
  };
  const expression = isExpression(field.default) ? field.default.expression : '';

  return (
    <div>
      {!only && <div className="row between" style={{ marginBottom: 5, flexWrap: 'wrap', gap: '2px 8px' }}>
        <span className="form-label" style={{ margin: 0 }}>{label}</span>
        <SegmentedControl aria-label={t('properties.default_how')} value={calculated ? 'expression' : 'value'} onChange={choose} data={[{ value: 'value', label: t('properties.default_value') }, { value: 'expression', label: t('properties.default_expression') }]} />
      </div>}
      {calculated
        ? <ExpressionInput label={only ? label : t('properties.expression')} value={expression} mode="default" entity={view} error={error} rows={1} onChange={(text) => patch({ default: text.trim() ? { expression: text } : undefined }, 'default')} />
        : <Literal {...props} label={label} error={error} />}
      {calculated && <Suggestions type={field.type} onPick={(text) => patch({ default: { expression: text } })} />}
    </div>
  );
}

const SUGGESTIONS: Record<string, string[]> = { date: ['today()'], datetime: ['now()'], user: ['user'] };

function Suggestions({ type, onPick }: { type: string; onPick: (text: string) => void }) {
  const { t } = useTranslation('studio');
  return <div className="row gap-4" style={{ marginTop: 6 }}>{(SUGGESTIONS[type] ?? []).map((text) => <button key={text} type="button" className="chip-add" onClick={() => onPick(text)}>{t(`suggest.${text.replace('()', '')}`)}</button>)}</div>;
}

function Literal({ field, patch, label, error }: SettingsProps & { label: string; error?: string }) {
  const { t } = useTranslation('studio');
  const { language, choiceSets } = useStudio();
  const value = field.default;
  const set = (next: DefaultDoc | undefined) => patch({ default: next }, 'default');
  const choices: ChoiceDoc[] = field.choices ?? choiceSets.find((one) => one.name === field.choice_set)?.choices ?? [];
  const data = choices.filter((choice) => choice.value).map((choice) => ({ value: choice.value, label: labelOf({ label: choice.label, name: choice.value }, language) }));
  const common = { 'aria-label': label, error };

  if (field.type === 'boolean') {
    return <Select {...common} value={value === true ? 'yes' : value === false ? 'no' : null} clearable placeholder={t('fields.empty')} data={[{ value: 'yes', label: t('properties.yes') }, { value: 'no', label: t('properties.no') }]} onChange={(next) => set(next ? next === 'yes' : undefined)} />;
  }
  if (field.type === 'choice') return <Select {...common} value={typeof value === 'string' ? value : null} clearable placeholder={t('fields.empty')} data={unique(data)} onChange={(next) => set(next ?? undefined)} />;
  if (field.type === 'multi_choice') return <MultiSelect {...common} value={Array.isArray(value) ? value.map(String) : []} placeholder={t('fields.empty')} data={unique(data)} onChange={(next) => set(next.length ? next : undefined)} />;
  const numeric = field.type === 'integer' || field.type === 'rating';
  const type = field.type === 'date' ? 'date' : field.type === 'time' ? 'time' : field.type === 'datetime' ? 'datetime-local' : 'text';
  return (
    <TextInput {...common} type={type} placeholder={t('fields.empty')} value={shown(value, field.type)} rightSection={field.type === 'percent' ? <span className="dim">%</span> : undefined} inputMode={numeric ? 'numeric' : undefined}
      onChange={(event) => set(literal(event.currentTarget.value, field.type))} />
  );
}

const unique = <T extends { value: string }>(data: T[]): T[] => [...new Map(data.map((one) => [one.value, one])).values()];

function shown(value: DefaultDoc | undefined, type: string): string {
  if (value === undefined || value === null) return '';
  return type === 'percent' ? shift(String(value), 2) : String(value).replace(/:00\.000Z$/, '');
}

function literal(text: string, type: string): DefaultDoc | undefined {
  if (text === '') return undefined;
  if (type === 'percent') return shift(text.replace(',', '.'), -2);
  if ((type === 'integer' || type === 'rating') && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (type === 'time' && /^\d\d:\d\d$/.test(text)) return `${text}:00`;
  if (type === 'datetime' && /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text)) return `${text}:00.000Z`;
  return text;
}
