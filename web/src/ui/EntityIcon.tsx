import { useSyncExternalStore } from 'react';
import type { Icon } from '@tabler/icons-react';

type Icons = Record<string, Icon>;

let loaded: Icons | null = null;
const waiting = new Set<() => void>();

function load() {
  void import('./icons').then((module) => {
    loaded = module.ICONS;
    waiting.forEach((notify) => notify());
  });
}

function subscribe(notify: () => void) {
  waiting.add(notify);
  if (!loaded && waiting.size === 1) load();
  return () => waiting.delete(notify);
}

/** The curated icons by name once they are there: `icons?.briefcase`. */
export function useIcons(): Icons | null {
  return useSyncExternalStore(subscribe, () => loaded, () => loaded);
}

/** An icon by the name a document gives (`briefcase`); the same room is kept while the icons load. */
export function EntityIcon({ name, size = 17, color }: { name?: string | null; size?: number; color?: string }) {
  const icons = useIcons();
  const Found = icons?.[(name ?? '').replace(/_/g, '-')] ?? icons?.['square-rounded'];
  if (!Found) return <svg width={size} height={size} aria-hidden />;
  return <Found size={size} stroke={1.75} color={color} aria-hidden />;
}
