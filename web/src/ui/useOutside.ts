import { useEffect, useRef } from 'react';

/**
 * Calls when one presses outside of a window and of all that it has opened: lists and pickers of its fields lie elsewhere in
 * the page and belong to it all the same. The window takes the handlers, through which React tells of presses in both.
 */
export function useOutside(opened: boolean, onOutside: () => void) {
  const inside = useRef(false);
  const latest = useRef(onOutside);
  latest.current = onOutside;
  useEffect(() => {
    if (!opened) return;
    const press = () => {
      if (!inside.current) latest.current();
      inside.current = false;
    };
    // After the handlers of React, which listen further in.
    document.addEventListener('mousedown', press);
    document.addEventListener('touchstart', press, { passive: true });
    return () => {
      document.removeEventListener('mousedown', press);
      document.removeEventListener('touchstart', press);
    };
  }, [opened]);
  const note = () => { inside.current = true; };
  return { onMouseDown: note, onTouchStart: note };
}
