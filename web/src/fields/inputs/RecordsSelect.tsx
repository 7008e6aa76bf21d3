import { Combobox, Pill, PillsInput, useCombobox } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Field, Reference } from '@/catalog/types';
import { Mark } from '@/ui/marks';
import { referenceTitle } from '../reference';
import { useRecordSearch } from './useRecordSearch';

interface Props {
  id: string;
  label: string;
  target: string;
  /** The field whose condition narrows what may be chosen. */
  of?: Field;
  value: Reference[];
  onChange: (value: Reference[]) => void;
  error?: string;
  compact?: boolean;
  readOnly?: boolean;
  /** Whether the list opens inside what holds the input: a window that closes when one clicks beside it would close under it. */
  inside?: boolean;
}

/** Several records as pills. */
export function RecordsSelect({ id, label, target, of, value, onChange, error, compact, readOnly, inside = false }: Props) {
  const { t } = useTranslation('work');
  const [words, setWords] = useState('');
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const { entity, options } = useRecordSearch(target, words, combobox.dropdownOpened, of);
  const chosen = new Set(value.map((item) => item.id));
  const left = options.filter((option) => !chosen.has(option.id));
  function pick(choice: string) {
    const found = options.find((option) => option.id === choice);
    if (found) onChange([...value, found]);
    setWords('');
    // There it would lie over the button that ends it.
    if (inside) combobox.closeDropdown();
  }
  return (
    <Combobox store={combobox} onOptionSubmit={pick} withinPortal={!inside}>
      <Combobox.DropdownTarget>
        <PillsInput error={error} size="sm" className={compact ? 'in-cell' : undefined} classNames={{ input: 'control-input' }} onClick={() => !readOnly && combobox.openDropdown()}>
          <Pill.Group>
            {value.map((item) => <Pill key={item.id} withRemoveButton={!readOnly} onRemove={() => onChange(value.filter((other) => other.id !== item.id))} removeButtonProps={{ 'aria-label': t('field.remove', { name: referenceTitle(item, target) }), 'aria-hidden': false }}>{referenceTitle(item, target)}</Pill>)}
            <Combobox.EventsTarget withExpandedAttribute>
              <PillsInput.Field id={id} aria-label={label} value={words} readOnly={readOnly} placeholder={value.length === 0 && entity ? t('field.find', { plural: entity.plural.toLowerCase() }) : ''} onFocus={() => !readOnly && combobox.openDropdown()} onBlur={() => combobox.closeDropdown()}
                onChange={(event) => { setWords(event.currentTarget.value); combobox.openDropdown(); }} onKeyDown={(event) => { if (event.key === 'Backspace' && !words && value.length && !readOnly) onChange(value.slice(0, -1)); }} />
            </Combobox.EventsTarget>
          </Pill.Group>
        </PillsInput>
      </Combobox.DropdownTarget>
      <Combobox.Dropdown>
        <Combobox.Options mah={280} style={{ overflowY: 'auto' }} aria-label={label}>
          {left.map((option) => <Combobox.Option key={option.id} value={option.id}><span className="row gap-8"><Mark name={referenceTitle(option, target)} /><span className="ellipsis">{referenceTitle(option, target)}</span></span></Combobox.Option>)}
          {left.length === 0 && <Combobox.Empty>{t('common:palette.nothing')}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
