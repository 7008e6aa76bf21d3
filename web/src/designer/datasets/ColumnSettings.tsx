import { NumberInput, Popover, Select, Switch, TextInput, UnstyledButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalog } from '@/catalog/useCatalog';
import { patchColumn, renameColumn, setType } from '../model/dataset';
import { isName } from '../model/naming';
import type { ColumnDoc } from '../model/types';
import { LabelInputs } from '../parts/LabelInputs';
import { type Dataset, wrongAt } from './useDataset';

/** Types that values may be read as; choices and links keep their own. */
const TYPES = ['text', 'long_text', 'email', 'phone', 'url', 'integer', 'decimal', 'money', 'percent', 'boolean', 'date', 'datetime', 'time', 'duration'];
const DIGITS: Record<string, number> = { decimal: 6, percent: 6, money: 2 };

interface Props {
  set: Dataset;
  column: ColumnDoc;
  at: number;
  name: string;
  /** How its type is shown. */
  type: ReactNode;
  /** Whether it leads to a record as it is. */
  leads: boolean;
  /** Whether something else gives its name. */
  isNamed?: boolean;
}

/** What a column is read as, its digits and currency, help under it, and its name in expressions. */
export function ColumnSettings({ set: { doc, row, problems, published, save }, column, at, name, type, leads, isNamed }: Props) {
  const { t } = useTranslation('studio');
  const { workspace } = useCatalog().data;
  const [opened, setOpened] = useState(false);
  const isLive = isNamed || published?.fields.some((one) => (one.id ?? one.name) === (column.id ?? column.name));
  const patch = (change: Partial<ColumnDoc>, mark: string) => save(patchColumn(doc, column.name, change), `${column.id}.${mark}`);
  // Amounts calculated from others are in their currency.
  const money = row.catalog.entity(row.name)?.fields.find((field) => field.type === 'money' && field.name !== column.name && field.currency)?.currency;
  const wrong = (key: string) => wrongAt(problems, `/fields/${at}/${key}`);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={300} withinPortal trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className="takes" aria-haspopup="dialog" aria-expanded={opened} data-wrong={Boolean(wrong('type')) || undefined} onClick={() => setOpened(!opened)}>
          <span className="visually-hidden">{t('datasets.settings_of', { name })}: </span>
          <span className="takes-path ellipsis">{type}</span><IconChevronDown size={13} stroke={1.75} className="takes-arrow" aria-hidden />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('datasets.settings_of', { name })}>
        <div className="column gap-12">
          <Select label={t('datasets.read_as')} allowDeselect={false} searchable value={column.type ?? ''} error={wrong('type')} comboboxProps={{ withinPortal: false }} onChange={(next) => save(setType(doc, column.name, next || undefined, money))}
            data={[{ value: '', label: t('datasets.as_taken') }, ...TYPES.map((one) => ({ value: one, label: t(`type.${one}`) }))]} />
          {column.type && column.type in DIGITS && (
            <div className="pair">
              <NumberInput label={t('properties.scale')} value={column.scale ?? ''} placeholder={String(DIGITS[column.type])} min={0} max={12} allowDecimal={false} allowNegative={false} error={wrong('scale')} onChange={(value) => patch({ scale: typeof value === 'number' ? value : undefined }, 'scale')} />
              {column.type === 'money' && <TextInput label={t('properties.currency')} value={column.currency ?? ''} placeholder={workspace.currency ?? 'EUR'} maxLength={3} error={wrong('currency')} onChange={(event) => patch({ currency: event.currentTarget.value.toUpperCase() || undefined }, 'currency')} />}
            </div>
          )}
          {leads && <Switch label={t('datasets.seen_from')} description={t('datasets.seen_from_text')} checked={Boolean(column.inverse)} error={wrong('inverse')} onChange={(event) => patch({ inverse: event.currentTarget.checked ? doc.name : undefined }, 'inverse')} />}
          <LabelInputs label={t('properties.description')} value={column.description} onChange={(description) => patch({ description }, 'description')} />
          {isLive ? <p className="hint">{t('properties.technical_name')}: <span className="mono">{column.name}</span></p>
            : <ColumnName key={column.name} name={column.name} taken={doc.fields.map((one) => one.name)} error={wrong('name')} onChange={(next) => save(renameColumn(doc, column.name, next))} />}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

function ColumnName({ name, taken, error, onChange }: { name: string; taken: string[]; error?: string; onChange: (name: string) => void }) {
  const { t } = useTranslation('studio');
  const [text, setText] = useState(name);
  const fits = isName(text) && (text === name || !taken.includes(text));
  const keep = () => { if (text !== name && fits) onChange(text); };
  return <TextInput label={t('properties.technical_name')} value={text} error={fits ? error : t('datasets.name_wrong')} spellCheck={false} classNames={{ input: 'control-input mono' }} onChange={(event) => setText(event.currentTarget.value)} onBlur={keep} onKeyDown={(event) => { if (event.key === 'Enter') keep(); }} />;
}
