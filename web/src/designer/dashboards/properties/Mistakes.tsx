import { IconAlertTriangle } from '@tabler/icons-react';
import type { Problem } from '../../model/types';

/** Everything that is wrong with what is chosen, above it. */
export function Mistakes({ problems }: { problems: Problem[] }) {
  if (!problems.length) return null;
  return (
    <ul className="notice warning column board-mistakes">
      {problems.map((one, at) => <li key={at} className="row gap-8"><IconAlertTriangle size={15} stroke={1.75} className="warn" /><span>{one.message}</span></li>)}
    </ul>
  );
}
