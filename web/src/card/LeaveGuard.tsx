import { useBlocker } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { unreadIn } from '@/fields/unread';
import { LeaveQuestion } from './LeaveQuestion';
import type { RecordForm } from './useRecordForm';

/** What of the form is not saved, in words. */
function unsavedIn(form: RecordForm, t: (key: string, values?: Record<string, unknown>) => string): string[] {
  const messages = { ...unreadIn(form.values), ...form.errors };
  const fields = form.entity.fields.filter((field) => field.name in messages).map((field) => `${field.label}: ${messages[field.name]}`);
  return [...fields, ...form.gaps.map((gap) => `${gap.field.label}: ${t('lines.incomplete', { number: gap.line })}`)];
}

const place = ({ pathname, search }: { pathname: string; search: unknown }) => `${pathname}?${(search as { sel?: string }).sel ?? ''}`;

interface LossProps {
  /** Whether something would be lost by going elsewhere in the product. */
  unsaved: () => boolean;
  /** Whether something would be lost with the tab. */
  pending: () => boolean;
  /** What it is, in words. */
  lines: () => string[];
}

/** Asks before a page or a record is left with something on it that would be lost. */
export function LossGuard({ unsaved, pending, lines }: LossProps) {
  const blocker = useBlocker({ shouldBlockFn: ({ current, next }) => unsaved() && place(current) !== place(next), enableBeforeUnload: pending, withResolver: true });
  if (blocker.status !== 'blocked') return null;
  return <LeaveQuestion lines={lines()} onLeave={blocker.proceed} onStay={blocker.reset} />;
}

/** Guards a card; another tab of the same card keeps it all. */
export function LeaveGuard({ form }: { form: RecordForm }) {
  const { t } = useTranslation('work');
  return <LossGuard unsaved={() => form.unsaved} pending={() => form.pending} lines={() => unsavedIn(form, t)} />;
}
