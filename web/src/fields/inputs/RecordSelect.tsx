import { Combobox, InputBase, Loader, useCombobox } from '@mantine/core';
import { IconPlus, IconSelector, IconX } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Reference } from '@/catalog/types';
import { newLabel } from '@/shell/words';
import { Avatar, Mark } from '@/ui/marks';
import { referenceTitle } from '../format';
import { useRecordSearch } from './useRecordSearch';

const CreateModal = lazy(() => import('@/card/CreateModal'));

interface Props {
  id: string;
  label: string;
  target: string;
  value: Reference | null;
  onChange: (value: Reference | null) => void;
  error?: string;
  compact?: boolean;
  autoFocus?: boolean;
  readOnly?: boolean;
  clearable?: boolean;
  placeholder?: string;
}

/** One record by typing a part of its name; a missing one is made in place. */
export function RecordSelect({ id, label, target, value, onChange, error, compact, autoFocus, readOnly, clearable, placeholder }: Props) {
  const { t } = useTranslation('work');
  const [words, setWords] = useState<string | null>(null);
  const [creating, setCreating] = useState<string | null>(null);
  const combobox = useCombobox({ defaultOpened: compact, onDropdownClose: () => { combobox.resetSelectedOption(); setWords(null); }, onDropdownOpen: () => combobox.selectFirstOption() });
  const { entity, options, loading } = useRecordSearch(target, words ?? '', combobox.dropdownOpened);
  const mayCreate = entity?.operations.create && !entity.read_only;
  const person = target === 'user';
  const mark = value && words === null ? (person ? <Avatar name={referenceTitle(value)} /> : <Mark name={referenceTitle(value)} />) : undefined;

  function pick(choice: string) {
    if (choice === '+') setCreating(words ?? '');
    else onChange(options.find((option) => option.id === choice) ?? null);
    combobox.closeDropdown();
  }
  const clear = clearable && value && !readOnly && (
    <button type="button" className="control-clear" aria-label={t('field.clear')} onMouseDown={(event) => event.preventDefault()} onClick={() => onChange(null)}><IconX size={14} stroke={1.75} /></button>
  );
  return (
    <>
      <Combobox store={combobox} onOptionSubmit={pick} withinPortal>
        <Combobox.Target>
          <InputBase id={id} aria-label={compact ? label : undefined} autoComplete="off" autoFocus={autoFocus} readOnly={readOnly} error={error} size="sm" className={compact ? 'in-cell' : undefined} classNames={{ input: 'control-input', error: 'control-error' }}
            value={words ?? (value ? referenceTitle(value) : '')} placeholder={placeholder ?? (entity ? t('field.find', { plural: entity.plural.toLowerCase() }) : '')} leftSection={mark} leftSectionWidth={mark ? 34 : undefined}
            rightSection={loading ? <Loader size={14} /> : clear || <IconSelector size={15} stroke={1.75} color="var(--text-3)" />} rightSectionPointerEvents={clear ? 'all' : 'none'}
            onChange={(event) => { setWords(event.currentTarget.value); combobox.openDropdown(); combobox.updateSelectedOptionIndex(); }}
            onClick={() => !readOnly && combobox.openDropdown()} onFocus={(event) => { if (!readOnly) { combobox.openDropdown(); event.currentTarget.select(); } }} onBlur={() => combobox.closeDropdown()} />
        </Combobox.Target>
        <Combobox.Dropdown>
          <Combobox.Options mah={280} style={{ overflowY: 'auto' }} aria-label={label}>
            {options.map((option) => (
              <Combobox.Option key={option.id} value={option.id} active={option.id === value?.id}><span className="row gap-8">{person ? <Avatar name={referenceTitle(option)} /> : <Mark name={referenceTitle(option)} />}<span className="ellipsis">{referenceTitle(option)}</span></span></Combobox.Option>
            ))}
            {options.length === 0 && !loading && <Combobox.Empty>{t('common:palette.nothing')}</Combobox.Empty>}
            {mayCreate && entity && <Combobox.Option value="+"><span className="row gap-6 primary"><IconPlus size={15} stroke={1.75} />{words ? t('field.create_named', { name: words }) : newLabel(entity)}</span></Combobox.Option>}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      {creating !== null && entity && (
        <Suspense fallback={null}>
          <CreateModal entity={entity} initial={entity.title ? { [entity.title]: creating } : {}} onClose={() => setCreating(null)} onCreated={(reference) => { setCreating(null); onChange(reference); }} />
        </Suspense>
      )}
    </>
  );
}
