import type { Problem, Step } from '../model/types';
import { StepRow } from './StepRow';

/** Steps of a class under a heading. */
export function StepGroup({ title, steps, warnings, open = false }: { title: string; steps: Step[]; warnings: Problem[]; open?: boolean }) {
  if (!steps.length) return null;
  const first = new Set<string>();
  return (
    <section className="step-group">
      <h3 className="size-12 strong muted">{title} <span className="dim medium">{steps.length}</span></h3>
      <ul className="card plain-list">
        {steps.map((step, index) => {
          const own = step.document && !first.has(step.document) ? warnings.filter((warning) => warning.document === step.document) : [];
          if (step.document) first.add(step.document);
          return <StepRow key={index} step={step} warnings={own} open={open} />;
        })}
      </ul>
    </section>
  );
}
