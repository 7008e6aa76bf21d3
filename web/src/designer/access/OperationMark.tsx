import { IconEye, IconPencil, IconPlus, IconTrash, type Icon } from '@tabler/icons-react';
import type { Operation } from '../model/types';

const ICONS: Record<Operation, Icon> = { read: IconEye, create: IconPlus, update: IconPencil, delete: IconTrash };

interface Props {
  operation: Operation;
  granted?: boolean;
  inherited?: boolean;
  label?: string;
  onToggle?: () => void;
}

/** One mark of a cell: green when granted, empty when not; a switch when it can be changed. */
export function OperationMark({ operation, granted = false, inherited = false, label, onToggle }: Props) {
  const Found = ICONS[operation];
  const inner = granted ? <Found size={13} stroke={2} aria-hidden /> : null;
  const className = `operation-mark${granted ? ' granted' : ''}${inherited ? ' inherited' : ''}`;
  if (!label) return <span className={className} aria-hidden>{inner}</span>;
  if (!onToggle) return <span className={className} role="img" aria-label={label} title={label}>{inner}</span>;
  return <button type="button" role="switch" aria-checked={granted} aria-label={label} title={label} className={className} onClick={(event) => { event.stopPropagation(); onToggle(); }}>{inner}</button>;
}
