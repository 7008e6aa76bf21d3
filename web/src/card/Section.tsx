import { UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';

interface Props {
  title: string;
  count?: number;
  actions?: ReactNode;
  /** Whether what is inside keeps its own distance from the edge. */
  bare?: boolean;
  folded?: boolean;
  /** Whether it stands in another one, or in a window: without a frame of its own. */
  plain?: boolean;
  children: ReactNode;
}

/** A card with a head that folds it. */
export function Section({ title, count, actions, bare = false, folded = false, plain = false, children }: Props) {
  const [open, setOpen] = useState(!folded);
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <section className={plain ? 'form-section plain' : 'card form-section'} aria-label={title}>
      <div className="row between form-section-head">
        <UnstyledButton className="row gap-6 section-title" aria-expanded={open} onClick={() => setOpen(!open)}><Chevron size={15} stroke={1.75} color="var(--text-3)" /><h2 className="section-title">{title}</h2>{count !== undefined && <span className="dim medium numbers">{count}</span>}</UnstyledButton>
        {open && actions && <span className="row gap-4">{actions}</span>}
      </div>
      {open && (bare ? children : <div className="form-section-body">{children}</div>)}
    </section>
  );
}
