import { Button, MultiSelect, NumberInput, Select, TextInput } from '@mantine/core';
import { DateInput } from '@mantine/dates';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isNumeric, targetOf } from '@/catalog/catalog';
import { useCatalog } from '@/catalog/useCatalog';
import type { Field, Reference } from '@/catalog/types';
import { parseTypedDate } from '@/fields/inputs/DateInputs';
import { RecordsSelect } from '@/fields/inputs/RecordsSelect';
import { formatDecimal, parseTyped, shift } from '@/fields/numbers';
import { currentLanguage } from '@/i18n';
import { PathChip } from '@/ui/marks';
import { pathLabels } from './compose';
import { type Condition, isComplete } from './model';
import { TextValues } from './TextValues';
import { type Operator, operatorsOf, PERIODS, takesMany, takesNoValue } from './operators';

interface ValueProps {
  field: Field;
  label: string;
  value: unknown;
  onChange: (value: unknown) => void;
}

function NumberValue({ field, label, value, onChange }: ValueProps) {
  const percent = field.type === 'percent';
  const shown = value === null || value === undefined || value === '' ? '' : formatDecimal(percent ? shift(String(value), 2) : String(value));
  const [typed, setTyped] = useState(shown);
  return (
    <TextInput aria-label={label} inputMode="decimal" value={typed} autoFocus rightSection={percent ? <span className="dim">%</span> : undefined}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        const parsed = parseTyped(event.currentTarget.value);
        onChange(parsed === undefined ? null : percent ? shift(parsed, -2) : parsed);
      }} />
  );
}

function DateValue({ label, value, onChange }: ValueProps) {
  return <DateInput aria-label={label} value={(value as string | null) ?? null} onChange={onChange} dateParser={parseTypedDate} locale={currentLanguage()} valueFormat={currentLanguage() === 'ru' ? 'DD.MM.YYYY' : 'D MMM YYYY'} popoverProps={{ withinPortal: false }} />;
}

function Value({ entity, path, field, operator, label, value, onChange }: ValueProps & { entity: string; path: string; operator: Operator }) {
  const { t } = useTranslation('work');
  const props = { field, label, value, onChange };
  if (takesNoValue(operator)) return null;
  if (operator === 'last_days' || operator === 'next_days') return <NumberInput aria-label={label} min={0} max={3650} value={Number(value) || ''} onChange={(next) => onChange(next)} suffix={` ${t('filter.days_unit')}`} />;
  if (operator === 'period') return <Select aria-label={label} data={Object.keys(PERIODS).map((name) => ({ value: name, label: t(`period.${name}`) }))} value={(value as string | undefined) ?? null} onChange={onChange} comboboxProps={{ withinPortal: false }} />;
  if (operator === 'between') {
    const [from, to] = (Array.isArray(value) ? value : [null, null]) as unknown[];
    const Part = isNumeric(field) ? NumberValue : DateValue;
    return <div className="row gap-6"><Part {...props} label={t('filter.from')} value={from} onChange={(next) => onChange([next, to ?? null])} /><span className="dim">–</span><Part {...props} label={t('filter.to')} value={to} onChange={(next) => onChange([from ?? null, next])} /></div>;
  }
  if (field.type === 'date' || field.type === 'datetime') return <DateValue {...props} />;
  if (isNumeric(field)) return <NumberValue {...props} />;
  if (takesMany(operator)) {
    const list = (Array.isArray(value) ? value : []) as unknown[];
    if (field.choices?.length) return <MultiSelect aria-label={label} data={field.choices.map((choice) => ({ value: choice.value, label: choice.label }))} value={list as string[]} onChange={onChange} searchable comboboxProps={{ withinPortal: false }} classNames={{ input: 'control-input' }} />;
    if (field.type === 'link' || field.type === 'user') return <RecordsSelect id="filter-value" label={label} target={targetOf(field) ?? ''} value={list as Reference[]} onChange={onChange} inside />;
    return <TextValues entity={entity} path={path} label={label} value={list as string[]} onChange={onChange} />;
  }
  return <TextInput aria-label={label} value={String(value ?? '')} onChange={(event) => onChange(event.currentTarget.value)} autoFocus />;
}

interface Props {
  entity: string;
  condition: Condition;
  onChange: (condition: Condition) => void;
  onDone: () => void;
}

/** The operator and the value of one condition. */
export function ConditionEditor({ entity, condition, onChange, onDone }: Props) {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const field = catalog.path(entity, condition.path)?.at(-1);
  if (!field) return null;
  const family = (operator: Operator) => (takesMany(operator) ? 'many' : operator === 'between' ? 'two' : operator === 'period' ? 'period' : ['last_days', 'next_days'].includes(operator) ? 'days' : 'one');
  const pick = (operator: Operator) => onChange({ ...condition, operator, value: takesNoValue(operator) || family(operator) !== family(condition.operator) ? undefined : condition.value });
  const finish = () => isComplete(condition) && onDone();
  return (
    <form className="column gap-8" style={{ width: 300, padding: 4 }} onSubmit={(event) => { event.preventDefault(); finish(); }}>
      <div className="row"><PathChip labels={pathLabels(catalog, entity, condition.path)} /></div>
      <Select aria-label={t('filter.operator')} data={operatorsOf(field).map((operator) => ({ value: operator, label: t(`operator.${operator}`) }))} value={condition.operator} onChange={(next) => next && pick(next as Operator)} comboboxProps={{ withinPortal: false }} />
      <Value key={condition.operator} entity={entity} path={condition.path} field={field} operator={condition.operator} label={t('filter.value')} value={condition.value} onChange={(value) => onChange({ ...condition, value })} />
      <div className="row right"><Button type="submit" size="xs" disabled={!isComplete(condition)}>{t('common:action.done')}</Button></div>
    </form>
  );
}
