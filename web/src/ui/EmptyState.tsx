import type { ReactNode } from 'react';
import { EntityIcon } from './EntityIcon';

interface Props {
  icon?: string | null;
  title: ReactNode;
  text?: ReactNode;
  hint?: ReactNode;
  children?: ReactNode;
}

const ROWS = [['slate', 0, 0.88, 0.5], ['cyan', 44, 0.94, 0.8], ['blue', 92, 1, 1]] as const;

/** Nothing here yet: what will live here, one primary action, one second way. */
export function EmptyState({ icon, title, text, hint, children }: Props) {
  return (
    <div className="state" role="status">
      <div className="state-rows" aria-hidden>
        {ROWS.map(([hue, top, scale, opacity]) => (
          <div key={hue} className={`state-row hue-${hue}`} style={{ top, transform: `scale(${scale})`, opacity }}>
            <span className="mark" style={{ width: 22, height: 22, borderRadius: 6 }}><EntityIcon name={icon} size={13} /></span>
            <span className="skeleton" style={{ width: 120, height: 8 }} />
            <span className="grow" />
            <span style={{ width: 54, height: 16, borderRadius: 4, background: 'var(--hue-ground)' }} />
            <span className="skeleton" style={{ width: 20, height: 20, borderRadius: 20 }} />
          </div>
        ))}
      </div>
      <h2>{title}</h2>
      {text && <p>{text}</p>}
      {children && <div className="row gap-8" style={{ marginTop: 20, flexWrap: 'wrap', justifyContent: 'center' }}>{children}</div>}
      {hint && <div className="row gap-6 size-12 dim" style={{ marginTop: 18 }}>{hint}</div>}
    </div>
  );
}
