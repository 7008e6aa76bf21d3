import { Popover, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EntityIcon, useIcons } from '@/ui/EntityIcon';

/** Chooses an icon by its picture or its English name. */
export function IconPicker({ value, onChange, size = 32 }: { value?: string | null; onChange: (name: string) => void; size?: number }) {
  const { t } = useTranslation('studio');
  const icons = useIcons();
  const [opened, setOpened] = useState(false);
  const [words, setWords] = useState('');
  const names = Object.keys(icons ?? {}).filter((name) => name.includes(words.trim().toLowerCase()));
  return (
    <Popover opened={opened} onChange={setOpened} width={296} position="bottom-start" trapFocus>
      <Popover.Target>
        <button type="button" className="mark hue-blue icon-choice" style={{ width: size, height: size, borderRadius: 8 }} aria-label={t('part.icon')} title={t('part.icon')} onClick={() => setOpened(!opened)}>
          <EntityIcon name={value} size={Math.round(size * 0.56)} />
        </button>
      </Popover.Target>
      <Popover.Dropdown p={8}>
        <TextInput size="xs" value={words} onChange={(event) => setWords(event.currentTarget.value)} placeholder={t('part.find_icon')} aria-label={t('part.find_icon')} data-autofocus />
        <div className="icon-grid">
          {names.map((name) => (
            <button key={name} type="button" aria-label={name} title={name} aria-pressed={name === value} onClick={() => { onChange(name); setOpened(false); }}><EntityIcon name={name} size={18} /></button>
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
