import { Modal } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalog } from '@/catalog/useCatalog';
import { Kbd } from '@/ui/marks';
import { undoLatest } from '@/ui/toast';
import { openCreate } from './create';
import { lettersFor, type Shortcuts, useShortcuts } from './keyboard';
import { navigationOf } from './navigation';

const HELP = 'verstak:help';
export const openHelp = () => window.dispatchEvent(new Event(HELP));

/** Keys that work on every page, and the list of all keys. */
export function GlobalShortcuts() {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const navigate = useNavigate();
  const [help, setHelp] = useState(false);
  const entries = navigationOf(catalog, '').flatMap((section) => section.entries);
  const letters = lettersFor(entries.map((entry) => entry.entity.name));
  const shortcuts: Shortcuts = {
    'Mod+KeyK': () => spotlight.toggle(),
    KeyC: openCreate,
    'Shift+Slash': () => setHelp(true),
    'Mod+KeyZ': () => void undoLatest(),
    'KeyG KeyH': () => void navigate({ to: '/' }),
  };
  if (catalog.data.rights.design) shortcuts['KeyG KeyS'] = () => void navigate({ to: '/studio' });
  if (catalog.data.rights.administer) shortcuts['KeyG KeyA'] = () => void navigate({ to: '/admin/users' });
  for (const [name, letter] of letters) shortcuts[`KeyG Key${letter.toUpperCase()}`] = () => void navigate({ to: '/e/$entity', params: { entity: name } });
  useShortcuts(shortcuts);
  useEffect(() => {
    const open = () => setHelp(true);
    window.addEventListener(HELP, open);
    return () => window.removeEventListener(HELP, open);
  }, []);

  const lines: [string[], string][] = [
    [['Ctrl', 'K'], t('keys.palette')], [['/'], t('keys.search')], [['C'], t('keys.create')], [['J', 'K'], t('keys.move')], [['Enter'], t('keys.open')], [['Space'], t('keys.peek')],
    [['E', 'F2'], t('keys.edit')], [['X'], t('keys.mark')], [['Esc'], t('keys.close')], [['Ctrl', 'Z'], t('keys.undo')], [['?'], t('keys.help')], [['G', 'H'], t('common:nav.home')],
    ...entries.flatMap((entry): [string[], string][] => (letters.has(entry.entity.name) ? [[['G', letters.get(entry.entity.name)!.toUpperCase()], entry.label]] : [])),
  ];
  return (
    <Modal opened={help} onClose={() => setHelp(false)} title={t('keys.title')} size="md" closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <div className="shortcut-list">
        {lines.map(([keys, text], index) => (
          <div key={index} className="row between" style={{ minHeight: 32 }}><span>{text}</span><span className="row gap-4">{keys.map((key) => <Kbd key={key}>{key}</Kbd>)}</span></div>
        ))}
      </div>
    </Modal>
  );
}
