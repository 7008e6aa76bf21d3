import { Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Kbd } from '@/ui/marks';
import type { NavigationEntry } from './navigation';

interface Props {
  entries: NavigationEntry[];
  letters: Map<string, string>;
  onClose: () => void;
}

/** The list of all keys. Loaded when first asked for. */
export default function HelpDialog({ entries, letters, onClose }: Props) {
  const { t } = useTranslation('work');
  const lines: [string[], string][] = [
    [['Ctrl', 'K'], t('keys.palette')], [['/'], t('keys.search')], [['C'], t('keys.create')], [['J', 'K'], t('keys.move')], [['Enter'], t('keys.open')], [['Space'], t('keys.peek')],
    [['E', 'F2'], t('keys.edit')], [['X'], t('keys.mark')], [['Esc'], t('keys.close')], [['Ctrl', 'Z'], t('keys.undo')], [['?'], t('keys.help')], [['G', 'H'], t('common:nav.home')],
    ...entries.flatMap((entry): [string[], string][] => (letters.has(entry.key) ? [[['G', letters.get(entry.key)!.toUpperCase()], entry.label]] : [])),
  ];
  return (
    <Modal opened onClose={onClose} title={t('keys.title')} size="md" closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <div className="shortcut-list">
        {lines.map(([keys, text], index) => (
          <div key={index} className="row between" style={{ minHeight: 32 }}><span>{text}</span><span className="row gap-4">{keys.map((key) => <Kbd key={key}>{key}</Kbd>)}</span></div>
        ))}
      </div>
    </Modal>
  );
}
