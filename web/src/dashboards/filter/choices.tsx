import { Button, Checkbox } from '@mantine/core';
import { IconUser } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { targetOf } from '@/catalog/catalog';
import { useCatalog } from '@/catalog/useCatalog';
import { hueOfChoice } from '@/fields/inputs/ChoiceInputs';
import { RecordSelect } from '@/fields/inputs/RecordSelect';
import { RecordsSelect } from '@/fields/inputs/RecordsSelect';
import { TextValues } from '@/list/filter/TextValues';
import { Badge } from '@/ui/marks';
import type { DashboardFilter } from '../types';
import { useTitles } from './useTitles';
import { listOf, ME, useFilterField, useFilterLabel } from './words';

interface Props {
  filter: DashboardFilter;
  value: unknown;
  onChange: (value: unknown) => void;
}

/** The person whom the figures are of. */
export function PersonChoice({ value, label, onChange, onDone }: { value: unknown; label: string; onChange: (value: unknown) => void; onDone?: () => void }) {
  const { t } = useTranslation('dashboards');
  const catalog = useCatalog();
  const id = typeof value === 'string' && value !== ME ? value : null;
  const [chosen] = useTitles('user', id ? [id] : []);
  const pick = (next: unknown) => { onChange(next); onDone?.(); };
  return (
    <div className="column gap-8">
      <div className="row gap-6">
        <Button variant={value === ME ? 'light' : 'default'} aria-pressed={value === ME} leftSection={<IconUser size={15} stroke={1.75} />} onClick={() => pick(ME)}>{t('me')}</Button>
        <Button variant={value === null || value === undefined ? 'light' : 'default'} aria-pressed={value === null || value === undefined} onClick={() => pick(null)}>{t('everybody')}</Button>
      </div>
      {catalog.entity('user') && <RecordSelect id="dashboard-person" label={label} placeholder={t('find_person')} target="user" value={chosen ?? null} clearable onChange={(next) => pick(next?.id ?? null)} />}
    </div>
  );
}

/** The values of a field, any of which will do. */
export function FieldChoice({ filter, value, onChange }: Props) {
  const { t } = useTranslation('dashboards');
  const field = useFilterField(filter);
  const label = useFilterLabel(filter);
  const list = listOf(value);
  const target = field && targetOf(field);
  const titles = useTitles(target, target ? list : []);
  if (!field) return <p className="dim size-12" style={{ margin: 4 }}>{t('unknown_field')}</p>;
  const toggle = (item: string) => onChange(list.includes(item) ? list.filter((other) => other !== item) : [...list, item]);
  const choices = field.choices?.length ? field.choices.map((choice) => ({ value: choice.value, label: <Badge hue={hueOfChoice(field, choice.value)}>{choice.label}</Badge> })) : field.type === 'boolean' ? ['true', 'false'].map((item) => ({ value: item, label: t(item === 'true' ? 'work:value.yes' : 'work:value.no') })) : undefined;
  if (choices) return <div className="filter-choices" role="group" aria-label={label}>{choices.map((choice) => <Checkbox key={choice.value} className="filter-choice" checked={list.includes(choice.value)} onChange={() => toggle(choice.value)} label={choice.label} />)}</div>;
  if (target) return <RecordsSelect id={`dashboard-${filter.name}`} label={label} target={target} value={titles} onChange={(next) => onChange(next.map((one) => one.id))} inside />;
  return <TextValues entity={filter.entity!} path={filter.field!} label={label} value={list} onChange={onChange} />;
}
