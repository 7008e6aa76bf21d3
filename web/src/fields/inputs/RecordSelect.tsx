import { Combobox, InputBase, Loader, useCombobox } from '@mantine/core';
import { IconPlus, IconSelector, IconX } from '@tabler/icons-react';
import { type KeyboardEvent, lazy, Suspense, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Field, Reference } from '@/catalog/types';
import { newLabel } from '@/shell/words';
import { Avatar, Mark } from '@/ui/marks';
import { isClosed, referenceTitle } from '../reference';
import { Unread } from '../unread';
import { LEAST_LIST } from '../types';
import { useRecordSearch } from './useRecordSearch';

const CreateModal = lazy(() => import('@/card/CreateModal'));

interface Props {
  id: string;
  label: string;
  target: string;
  /** The field whose condition narrows what may be chosen. */
  of?: Field;
  value: Reference | null;
  onChange: (value: Reference | null) => void;
  /** What was typed and is the name of no record; without it such a text is given up. */
  unread?: Unread;
  onUnread?: (typed: Unread) => void;
  error?: string;
  compact?: boolean;
  autoFocus?: boolean;
  readOnly?: boolean;
  clearable?: boolean;
  placeholder?: string;
}

/** One record by typing a part of its name; a missing one is made in place. */
export function RecordSelect({ id, label, target, of, value, unread, onChange, onUnread, error, compact, autoFocus, readOnly, clearable, placeholder }: Props) {
  const { t } = useTranslation('work');
  const [words, setWords] = useState<string | null>(null);
  const [creating, setCreating] = useState<string | null>(null);
  const combobox = useCombobox({ defaultOpened: compact && !error, onDropdownClose: () => { combobox.resetSelectedOption(); setWords(null); } });
  const input = useRef<HTMLInputElement>(null);
  // Coming back from the dialog that makes a record does not open the list again.
  const quiet = useRef(false);
  const { entity, options, loading, settled, find } = useRecordSearch(target, words ?? '', combobox.dropdownOpened, of);
  const mayCreate = entity?.operations.create && !entity.read_only;
  const person = target === 'user';
  const mark = value && !isClosed(value, target) && words === null ? (person ? <Avatar name={referenceTitle(value, target)} /> : <Mark name={referenceTitle(value, target)} />) : undefined;

  function pick(choice: string) {
    if (choice === '+') setCreating(words ?? unread?.text ?? '');
    else onChange(options.find((option) => option.id === choice) ?? null);
    combobox.closeDropdown();
  }
  /** Takes what is typed for the record of that name, or for the first that fits; what fits none stays as it is typed. */
  function take(found: Reference[], text: string, nearest: boolean) {
    const match = found.find((option) => referenceTitle(option, target).toLowerCase() === text.toLowerCase()) ?? (nearest ? found[0] : undefined);
    if (match) onChange(match);
    else onUnread?.(new Unread(text, t('field.no_such')));
    combobox.closeDropdown();
  }
  function press(event: KeyboardEvent<HTMLInputElement>) {
    const text = words?.trim();
    if (!text || readOnly || !['Enter', 'Tab'].includes(event.key)) return;
    const chosen = combobox.getSelectedOptionIndex();
    if (chosen >= 0 && event.key === 'Enter') return;
    if (chosen >= 0 && settled && options[chosen]) return take([options[chosen]], text, true);
    if (event.key === 'Enter') event.preventDefault();
    if (settled) return take(options, text, true);
    // The answer for the last letters is still on its way: the key waits for it.
    const { key, shiftKey, currentTarget } = event;
    if (key === 'Tab' && !compact) return;
    event.preventDefault();
    event.stopPropagation();
    void find(text).catch(() => []).then((found) => {
      take(found, text, true);
      if (key === 'Tab') setTimeout(() => currentTarget.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey, bubbles: true, cancelable: true })));
    });
  }
  function leave() {
    const text = words?.trim();
    if (words !== null && !text && unread) onChange(null);
    if (text && !readOnly && settled) return take(options, text, false);
    if (text && !readOnly) void find(text).catch(() => []).then((found) => take(found, text, true));
    combobox.closeDropdown();
  }
  const back = () => { setCreating(null); setTimeout(() => { quiet.current = true; input.current?.focus(); quiet.current = false; }); };
  const clear = clearable && value && !readOnly && (
    <button type="button" className="control-clear" aria-label={t('field.clear')} onMouseDown={(event) => event.preventDefault()} onClick={() => onChange(null)}><IconX size={14} stroke={1.75} /></button>
  );
  return (
    <>
      <Combobox store={combobox} onOptionSubmit={pick} withinPortal position={compact ? 'bottom-start' : 'bottom'}>
        <Combobox.Target withExpandedAttribute>
          <InputBase ref={input} id={id} aria-label={compact ? label : undefined} autoComplete="off" autoFocus={autoFocus} readOnly={readOnly} error={words === null ? (unread?.problem ?? error) : undefined} size="sm" className={compact ? 'in-cell' : undefined} classNames={{ input: 'control-input', error: 'control-error' }}
            value={words ?? unread?.text ?? (value ? referenceTitle(value, target) : '')} placeholder={placeholder ?? (entity ? t('field.find', { plural: entity.plural.toLowerCase() }) : '')} leftSection={mark} leftSectionWidth={mark ? 34 : undefined}
            rightSection={loading ? <Loader size={14} /> : clear || <IconSelector size={15} stroke={1.75} color="var(--text-3)" />} rightSectionPointerEvents={clear ? 'all' : 'none'}
            onChange={(event) => { setWords(event.currentTarget.value); combobox.openDropdown(); combobox.resetSelectedOption(); }} onKeyDown={press}
            onClick={() => !readOnly && combobox.openDropdown()} onFocus={(event) => { if (!readOnly && !quiet.current && !error) combobox.openDropdown(); if (!readOnly) event.currentTarget.select(); }} onBlur={leave} />
        </Combobox.Target>
        <Combobox.Dropdown miw={compact ? LEAST_LIST : undefined}>
          <Combobox.Options mah={280} style={{ overflowY: 'auto' }} aria-label={label}>
            {options.map((option, index) => (
              <Combobox.Option key={option.id} value={option.id} className={words?.trim() && settled && index === 0 ? 'first-match' : undefined} active={option.id === value?.id}><span className="row gap-8">{person ? <Avatar name={referenceTitle(option, target)} /> : <Mark name={referenceTitle(option, target)} />}<span className="ellipsis">{referenceTitle(option, target)}</span></span></Combobox.Option>
            ))}
            {options.length === 0 && !loading && <Combobox.Empty>{t('common:palette.nothing')}</Combobox.Empty>}
            {mayCreate && entity && <Combobox.Option value="+"><span className="row gap-6 primary"><IconPlus size={15} stroke={1.75} />{words ? t('field.create_named', { name: words }) : newLabel(entity)}</span></Combobox.Option>}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      {creating !== null && entity && (
        <Suspense fallback={null}>
          <CreateModal entity={entity} initial={entity.title ? { [entity.title]: creating } : {}} onClose={back} onCreated={(reference) => { onChange(reference); back(); }} />
        </Suspense>
      )}
    </>
  );
}
