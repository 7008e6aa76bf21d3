import type { ReactNode } from 'react';

/** A part of the profile. */
export function Block({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  return <section className="card me-block" aria-label={title}><h2 className="section-title">{title}</h2>{text && <p className="muted" style={{ margin: '2px 0 0' }}>{text}</p>}<div style={{ marginTop: 12 }}>{children}</div></section>;
}
