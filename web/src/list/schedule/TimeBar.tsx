import { ActionIcon, Button } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useShortcuts } from '@/shell/keyboard';

interface Props<M extends string> {
  label: string;
  modes: readonly M[];
  mode: M;
  mobile: boolean;
  onMode: (mode: M) => void;
  onToday: () => void;
  onStep: (by: 1 | -1) => void;
}

/** Where one is in time: today, a step back and forth, and how much is seen at once. */
export function TimeBar<M extends string>({ label, modes, mode, mobile, onMode, onToday, onStep }: Props<M>) {
  const { t } = useTranslation('work');
  useShortcuts({ KeyT: onToday, BracketLeft: () => onStep(-1), BracketRight: () => onStep(1) });
  const size = mobile ? 44 : 28;
  return (
    <div className="time-bar">
      <Button variant="default" size={mobile ? 'lg' : 'xs'} onClick={onToday}>{t('calendar.today')}</Button>
      <ActionIcon size={size} variant="subtle" aria-label={t('calendar.back')} onClick={() => onStep(-1)}><IconChevronLeft size={18} stroke={1.75} /></ActionIcon>
      <ActionIcon size={size} variant="subtle" aria-label={t('calendar.forth')} onClick={() => onStep(1)}><IconChevronRight size={18} stroke={1.75} /></ActionIcon>
      <h2 className="time-label" aria-live="polite">{label}</h2>
      <span className="grow" />
      <div className={mobile ? 'form-switch large' : 'form-switch'} role="group" aria-label={t('calendar.mode')}>
        {modes.map((one) => <button key={one} type="button" aria-pressed={one === mode} onClick={() => onMode(one)}>{t(`calendar.mode_${one}`)}</button>)}
      </div>
    </div>
  );
}
