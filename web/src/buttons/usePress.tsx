import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { press } from '@/api/buttons';
import { messagesByField } from '@/api/error';
import type { Entity, RecordButton } from '@/catalog/types';
import { toast } from '@/ui/toast';

const PressDialog = lazy(async () => ({ default: (await import('./PressDialog')).PressDialog }));

/** Presses buttons for records: at once, or after a question or a form. */
export function usePress(entity: Entity, ids: string[], done?: () => void) {
  const { t } = useTranslation('work');
  const client = useQueryClient();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<RecordButton>();
  const [running, setRunning] = useState<string>();

  async function run(button: RecordButton, parameters: Record<string, unknown>) {
    setRunning(key(button));
    try {
      const pressed = await press(entity.name, button.script, button.name, ids, parameters);
      await Promise.all(['records', 'record', 'history'].map((queryKey) => client.invalidateQueries({ queryKey: [queryKey] })));
      toast(pressed.message ?? t('button.done', { label: button.label }));
      setAsked(undefined);
      done?.();
      if (pressed.open) void navigate({ to: '/e/$entity/$id', params: pressed.open });
    } finally {
      setRunning(undefined);
    }
  }

  function start(button: RecordButton) {
    if (button.confirm || button.parameters.length) return setAsked(button);
    run(button, {}).catch((error: unknown) => toast(Object.values(messagesByField(error))[0] ?? t('list.not_saved'), { tone: 'bad' }));
  }

  const dialog: ReactNode = asked && (
    <Suspense fallback={null}><PressDialog button={asked} count={ids.length} onClose={() => setAsked(undefined)} onPress={(parameters) => run(asked, parameters)} /></Suspense>
  );
  return { start, running, dialog };
}

export const key = (button: RecordButton) => `${button.script}.${button.name}`;
