import { IconAlertCircle, IconCheck, IconX } from '@tabler/icons-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';

interface Toast {
  id: number;
  message: string;
  tone: 'ok' | 'bad';
  undo?: () => void | Promise<void>;
}

const LIFE = 10_000;
const PLAIN_LIFE = 5_000;
let toasts: Toast[] = [];
let counter = 0;
const listeners = new Set<() => void>();

function set(next: Toast[]) {
  toasts = next;
  listeners.forEach((listener) => listener());
}

const remove = (id: number) => set(toasts.filter((item) => item.id !== id));

/** Says what happened at the bottom of the screen; with `undo` for ten seconds, else for five. */
export function toast(message: string, options: { undo?: () => void | Promise<void>; tone?: 'ok' | 'bad' } = {}) {
  set([...toasts.slice(-2), { id: ++counter, message, tone: options.tone ?? 'ok', undo: options.undo }]);
}

/** Undoes what the newest toast offers, for Ctrl+Z. Tells whether there was anything. */
export function undoLatest(): boolean {
  const latest = [...toasts].reverse().find((item) => item.undo);
  if (!latest) return false;
  remove(latest.id);
  void latest.undo?.();
  return true;
}

function ToastView({ item }: { item: Toast }) {
  const { t } = useTranslation();
  const life = item.undo || item.tone === 'bad' ? LIFE : PLAIN_LIFE;
  const [left, setLeft] = useState(Math.round(life / 1000));
  useEffect(() => {
    const tick = setInterval(() => setLeft((value) => value - 1), 1000);
    const end = setTimeout(() => remove(item.id), life);
    return () => {
      clearInterval(tick);
      clearTimeout(end);
    };
  }, [item.id, life]);
  return (
    <div className="toast">
      {item.tone === 'ok' ? <IconCheck size={16} stroke={2} color="#4ADE80" /> : <IconAlertCircle size={16} stroke={2} color="#FCA5A5" />}
      <span className="grow">{item.message}</span>
      {item.undo && (
        <button type="button" className="toast-undo" onClick={() => { remove(item.id); void item.undo?.(); }}>
          {t('action.undo')}<span className="numbers" aria-hidden style={{ opacity: 0.8 }}>{t('toast.seconds', { count: Math.max(0, left) })}</span>
        </button>
      )}
      <button type="button" className="toast-close" aria-label={t('action.close')} onClick={() => remove(item.id)}><IconX size={15} stroke={1.75} /></button>
    </div>
  );
}

/** Where toasts appear; once, at the root. */
export function ToastHost() {
  const items = useSyncExternalStore((listener) => { listeners.add(listener); return () => listeners.delete(listener); }, () => toasts);
  return <div className="toasts" role="region" aria-live="polite">{items.map((item) => <ToastView key={item.id} item={item} />)}</div>;
}
