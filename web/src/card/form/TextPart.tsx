import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { Prose } from './Prose';
import type { Of } from './types';

/** Words beside the fields: a note, or something to mind. */
export function TextPart({ component }: { component: Of<'text'> }) {
  const tone = component.tone ?? 'note';
  return (
    <div className={`form-text ${tone}`} role="note">
      {tone === 'info' && <IconInfoCircle size={17} stroke={1.75} aria-hidden />}
      {tone === 'warning' && <IconAlertTriangle size={17} stroke={1.75} aria-hidden />}
      <Prose text={component.text} />
    </div>
  );
}
