import { Menu } from '@mantine/core';
import { IconCheck, IconDownload, IconEye, IconPencil, IconPlus, IconShare2, IconTrash, type Icon } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { State } from '../model/access';
import type { Operation } from '../model/types';

const ICONS: Record<Operation, Icon> = { read: IconEye, create: IconPlus, update: IconPencil, delete: IconTrash, export: IconDownload, share: IconShare2 };
const STATES: State[] = ['always', 'condition', 'never'];

interface Props {
  operation: Operation;
  state?: State;
  inherited?: boolean;
  label?: string;
  onPick?: (state: State) => void;
}

/** One mark of a cell: green always, violet on a condition, empty never; a press offers the three. */
export function OperationMark({ operation, state = 'never', inherited = false, label, onPick }: Props) {
  const { t } = useTranslation('studio');
  const [open, setOpen] = useState(false);
  const Found = ICONS[operation];
  const inner = state === 'never' ? null : <Found size={13} stroke={2} aria-hidden />;
  const className = `operation-mark ${state}${inherited ? ' inherited' : ''}`;
  if (!label) return <span className={className} aria-hidden>{inner}</span>;
  if (!onPick) return <span className={className} role="img" aria-label={label} title={label}>{inner}</span>;
  const button = <button type="button" aria-haspopup="menu" aria-expanded={open} aria-label={label} title={label} className={className} onClick={(event) => { event.stopPropagation(); setOpen(true); }}>{inner}</button>;
  // A menu for each of hundreds of marks would be dear: it is made when it is wanted.
  if (!open) return button;
  return (
    <Menu opened onChange={setOpen} position="bottom-start" withinPortal>
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown onClick={(event) => event.stopPropagation()}>
        <Menu.Label>{t(`operation.${operation}`)}</Menu.Label>
        {STATES.map((one) => (
          <Menu.Item key={one} leftSection={<OperationMark operation={operation} state={one} />} rightSection={one === state && <IconCheck size={15} stroke={2} />} onClick={() => { setOpen(false); onPick(one); }}>{t(`access.${one}`)}</Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
