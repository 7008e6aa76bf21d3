import { useEffect, useState } from 'react';

/** A page over the whole window, and over the whole screen where the browser lets it. Esc leads back. */
export function useFullScreen() {
  const [isFull, setFull] = useState(false);
  useEffect(() => {
    if (!isFull) return;
    let entered = false;
    const root = document.documentElement;
    void root.requestFullscreen?.().then(() => { entered = true; }, () => undefined);
    const changed = () => { if (entered && !document.fullscreenElement) setFull(false); };
    const pressed = (event: KeyboardEvent) => { if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('[role="dialog"], [role="menu"]')) setFull(false); };
    document.addEventListener('fullscreenchange', changed);
    document.addEventListener('keydown', pressed);
    return () => {
      document.removeEventListener('fullscreenchange', changed);
      document.removeEventListener('keydown', pressed);
      if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined);
    };
  }, [isFull]);
  return [isFull, setFull] as const;
}
