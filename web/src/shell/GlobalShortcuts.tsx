import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useCatalog } from '@/catalog/useCatalog';
import { undoLatest } from '@/ui/toast';
import { mayCreate, openCreate } from './create';
import { lettersFor, type Shortcuts, useShortcuts } from './keyboard';
import { navigationOf } from './navigation';
import { openPalette } from './palette';

const HelpDialog = lazy(() => import('./HelpDialog'));
const HELP = 'verstak:help';
export const openHelp = () => window.dispatchEvent(new Event(HELP));

/** Keys that work on every page, and the list of all keys. */
export function GlobalShortcuts() {
  const catalog = useCatalog();
  const navigate = useNavigate();
  const [help, setHelp] = useState(false);
  const entries = navigationOf(catalog, '').flatMap((section) => section.entries);
  const letters = lettersFor(entries.flatMap((entry) => entry.entity?.name ?? []));
  const shortcuts: Shortcuts = {
    'Mod+KeyK': () => openPalette(),
    KeyC: () => openCreate(entries.some(({ entity }) => mayCreate(entity))),
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

  if (!help) return null;
  return <Suspense fallback={null}><HelpDialog entries={entries} letters={letters} onClose={() => setHelp(false)} /></Suspense>;
}
