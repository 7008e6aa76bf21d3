import type { ReactNode } from 'react';
import type { Hue } from './hue';

interface Props {
  icon: ReactNode;
  hue?: Hue;
  title: ReactNode;
  text?: ReactNode;
  children?: ReactNode;
}

/** The middle of a page that has nothing else to show: an icon, a sentence, what to do. */
export function State({ icon, hue = 'slate', title, text, children }: Props) {
  return (
    <div className="state" role="status">
      <span className={`state-icon hue-${hue}`}>{icon}</span>
      <h2>{title}</h2>
      {text && <p>{text}</p>}
      {children && <div className="row gap-8" style={{ marginTop: 16, flexWrap: 'wrap', justifyContent: 'center' }}>{children}</div>}
    </div>
  );
}
