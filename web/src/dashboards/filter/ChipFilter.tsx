import { Popover } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  label: string;
  /** What is chosen, in words; nothing where it acts on nothing. */
  said?: string;
  onClear: () => void;
  children: (close: () => void) => ReactNode;
}

/** A filter as a chip of cells: what, which, and the way to none; it opens to be chosen. */
export function ChipFilter({ label, said, onClear, children }: Props) {
  const { t } = useTranslation('dashboards');
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus returnFocus width={300} withRoles={false}>
      <Popover.Target>
        <span className="chip">
          <button type="button" className="chip-key chip-filter" aria-expanded={opened} onClick={() => setOpened(!opened)}>
            <span>{label}</span><span className="chip-said ellipsis"><span className="visually-hidden">: </span>{said ?? t('everything')}</span>
          </button>
          {said && <button type="button" className="chip-remove" aria-label={t('remove_filter', { label })} onClick={onClear}><IconX size={13} stroke={1.75} /></button>}
        </span>
      </Popover.Target>
      <Popover.Dropdown p={8} aria-label={label}>{opened && children(() => setOpened(false))}</Popover.Dropdown>
    </Popover>
  );
}
