import type { PlanRow } from '../model/plan';
import { StepRow } from './StepRow';

/** Changes of a class under a heading. */
export function StepGroup({ title, rows, open = false }: { title: string; rows: PlanRow[]; open?: boolean }) {
  if (!rows.length) return null;
  return (
    <section className="step-group">
      <h3 className="size-12 strong muted">{title} <span className="dim medium">{rows.length}</span></h3>
      <ul className="card plain-list">{rows.map((row, index) => <StepRow key={index} row={row} open={open} />)}</ul>
    </section>
  );
}
