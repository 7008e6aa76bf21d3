import { ActionIcon, Menu, Popover } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconDotsVertical, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { choiceHue } from '@/ui/hue';
import { HUES } from '../model/fieldTypes';
import { labelOf, type ChoiceDoc, type Language } from '../model/types';
import { Handle, useSortableRow } from './Sortable';

interface Props {
  id: string;
  index: number;
  choice: ChoiceDoc;
  onChange: (choice: ChoiceDoc | undefined, mark?: string) => void;
  onShift: (by: number) => void;
}

const icon = { size: 14, stroke: 1.75 };

/** One choice: handle, colour, name, name in the other language. */
export function ChoiceRow({ id, index, choice, onChange, onShift }: Props) {
  const { t, i18n } = useTranslation('studio');
  const { ref, handleRef, dragging } = useSortableRow(id, index);
  const language: Language = i18n.language === 'ru' ? 'ru' : 'en';
  const second: Language = language === 'ru' ? 'en' : 'ru';
  const name = labelOf({ label: choice.label, name: choice.value }, language);
  const input = (which: Language) => (
    <input lang={which} value={choice.label?.[which] ?? ''} placeholder={which === language ? name : t(`language.${which}`)} aria-label={`${name}, ${t(`language.${which}`)}`}
      onChange={(event) => onChange({ ...choice, label: { ...choice.label, [which]: event.target.value } }, which)} />
  );
  return (
    <div ref={ref} className="choice-row" data-dragging={dragging || undefined}>
      <Handle handleRef={handleRef} name={name} />
      <HuePicker value={choiceHue(choice.color, index)} name={name} onChange={(color) => onChange({ ...choice, color })} />
      {input(language)}
      {input(second)}
      <Menu position="bottom-end">
        <Menu.Target><ActionIcon size={24} aria-label={t('choices.actions', { name })}><IconDotsVertical {...icon} /></ActionIcon></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconArrowUp {...icon} />} onClick={() => onShift(-1)}>{t('fields.up')}</Menu.Item>
          <Menu.Item leftSection={<IconArrowDown {...icon} />} onClick={() => onShift(1)}>{t('fields.down')}</Menu.Item>
          <Menu.Item data-danger leftSection={<IconTrash {...icon} />} onClick={() => onChange(undefined)}>{t('choices.remove')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

/** One of the ten hues. */
export function HuePicker({ value, name, onChange }: { value: string; name: string; onChange: (hue: string) => void }) {
  const { t } = useTranslation('studio');
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus>
      <Popover.Target><button type="button" className={`hue-choice hue-${value}`} aria-label={t('choices.colour', { name })} onClick={() => setOpened(!opened)}><i /></button></Popover.Target>
      <Popover.Dropdown p={8}>
        <div className="hue-grid">
          {HUES.map((hue) => <button key={hue} type="button" className={`hue-choice hue-${hue}`} aria-label={t(`hue.${hue}`)} title={t(`hue.${hue}`)} aria-pressed={hue === value} onClick={() => { onChange(hue); setOpened(false); }}><i /></button>)}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
