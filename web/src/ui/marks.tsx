import { Fragment, type ReactNode } from 'react';
import { IconGitBranch, IconX } from '@tabler/icons-react';
import { type Hue, hueOf } from './hue';

/** A value with its colour: a dot and a word. */
export function Badge({ hue = 'slate', dot = true, children }: { hue?: Hue; dot?: boolean; children: ReactNode }) {
  return <span className={`badge hue-${hue}`}>{dot && <i />}<span>{children}</span></span>;
}

/** A person: round, two initials. */
export function Avatar({ name, size = 20 }: { name: string; size?: number }) {
  const initials = name.trim().split(/\s+/).map((word) => word[0] ?? '').slice(0, 2).join('').toUpperCase() || '?';
  return <span aria-hidden className={`avatar hue-${hueOf(name)}`} style={{ width: size, height: size, fontSize: Math.round(size * 0.42) }}>{initials}</span>;
}

/** A thing: square, one letter. */
export function Mark({ name, size = 18 }: { name: string; size?: number }) {
  const letter = name.replace(/[«»"“”'\s]/g, '')[0]?.toUpperCase() ?? '?';
  return <span aria-hidden className={`mark hue-${hueOf(name)}`} style={{ width: size, height: size, fontSize: Math.round(size * 0.56) }}>{letter}</span>;
}

export function Kbd({ children, onPrimary = false }: { children: ReactNode; onPrimary?: boolean }) {
  return <kbd className={onPrimary ? 'kbd kbd-on-primary' : 'kbd'}>{children}</kbd>;
}

/** Labels along a path, `Company › City`. */
export function Path({ labels }: { labels: string[] }) {
  return <>{labels.map((label, index) => <Fragment key={index}>{index > 0 && <span className="path-separator">›</span>}<span>{label}</span></Fragment>)}</>;
}

export function PathChip({ labels, icon }: { labels: string[]; icon?: ReactNode }) {
  return <span className="path-chip">{icon ?? (labels.length > 1 ? <IconGitBranch size={13} stroke={1.75} /> : null)}<Path labels={labels} /></span>;
}

interface FilterChipProps {
  labels: string[];
  operator: string;
  value?: ReactNode;
  removeLabel: string;
  onOpen?: () => void;
  onRemove: () => void;
}

/** One condition as cells: field, operator, value, remove. Tinted when it goes through a relation. */
export function FilterChip({ labels, operator, value, removeLabel, onOpen, onRemove }: FilterChipProps) {
  const through = labels.length > 1;
  return (
    <span className={through ? 'chip through' : 'chip'}>
      <button type="button" className="chip-key" onClick={onOpen}>{through && <IconGitBranch size={13} stroke={1.75} />}<Path labels={labels} /></button>
      {operator && <button type="button" className="chip-operator" onClick={onOpen} tabIndex={-1}>{operator}</button>}
      {value !== undefined && value !== '' && <button type="button" className="chip-value" onClick={onOpen} tabIndex={-1}><span className="ellipsis">{value}</span></button>}
      <button type="button" className="chip-remove" aria-label={removeLabel} onClick={onRemove}><IconX size={13} stroke={1.75} /></button>
    </span>
  );
}

/** The product's mark: a bench top and a V. */
export function Logo({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden>
      <rect width="24" height="24" rx="6" fill="#1D4ED8" />
      <path d="M5 7.2h14" stroke="#fff" strokeWidth="2.4" strokeLinecap="round" />
      <path d="M7.6 10.4 12 17.4l4.4-7" stroke="#fff" strokeWidth="2.4" strokeLinecap="round" strokeLinejoin="round" fill="none" />
    </svg>
  );
}
