import { UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowLeft, IconArrowRight, IconArrowUp, IconCopy, IconGripVertical, IconTrash } from '@tabler/icons-react';
import type { PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useSteps } from './useSteps';

const icon = { size: 15, stroke: 1.75 };

/** What can be done with the chosen part: carried by its handle, moved by a step, copied, removed. */
export function CanvasTools({ at, name, onCarry }: { at: string; name: string; onCarry: (event: PointerEvent) => void }) {
  const { t } = useTranslation('studio');
  const { step, copy, remove, canStep, canCopy } = useSteps();
  // Tabs stand beside each other.
  const isTab = /\/tabs\/\d+$/.test(at);
  const tool = (key: string, drawn: React.ReactNode, act: () => void, isOff = false) => <UnstyledButton key={key} aria-label={t(`forms.tool_${key}`)} title={t(`forms.tool_${key}`)} disabled={isOff} onClick={act}>{drawn}</UnstyledButton>;
  return (
    <div className="board-tools form-tools" role="group" aria-label={t('dashboards.tools', { name })}>
      <span className="form-grip" onPointerDown={onCarry} aria-hidden><IconGripVertical {...icon} /></span>
      {tool(isTab ? 'left' : 'up', isTab ? <IconArrowLeft {...icon} /> : <IconArrowUp {...icon} />, () => step(at, 'up'), !canStep(at, 'up'))}
      {tool(isTab ? 'right' : 'down', isTab ? <IconArrowRight {...icon} /> : <IconArrowDown {...icon} />, () => step(at, 'down'), !canStep(at, 'down'))}
      {canCopy(at) && tool('copy', <IconCopy {...icon} />, () => copy(at))}
      {tool('remove', <IconTrash {...icon} />, () => remove(at))}
    </div>
  );
}
