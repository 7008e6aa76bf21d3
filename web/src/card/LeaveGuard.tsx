import { useBlocker } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { unreadIn } from '@/fields/unread';
import { LeaveQuestion } from './LeaveQuestion';
import type { RecordForm } from './useRecordForm';

/** What of the form is not saved, in words. */
export function unsavedIn(form: RecordForm, t: (key: string, values?: Record<string, unknown>) => string): string[] {
  const messages = { ...unreadIn(form.values), ...form.errors };
  const fields = form.entity.fields.filter((field) => field.name in messages).map((field) => `${field.label}: ${messages[field.name]}`);
  return [...fields, ...form.gaps.map((gap) => `${gap.field.label}: ${t('lines.incomplete', { number: gap.line })}`)];
}

/** A page with the record that is open on it. */
export const place = ({ pathname, search }: { pathname: string; search: unknown }) => `${pathname}?${(search as { sel?: string }).sel ?? ''}`;

/** Asks before a page or a record is left with something on it that would be lost; another tab of the same card keeps it all. */
export function LeaveGuard({ form }: { form: RecordForm }) {
  const { t } = useTranslation('work');
  const blocker = useBlocker({ shouldBlockFn: ({ current, next }) => form.unsaved && place(current) !== place(next), enableBeforeUnload: () => form.pending, withResolver: true });
  if (blocker.status !== 'blocked') return null;
  return <LeaveQuestion lines={unsavedIn(form, t)} onLeave={blocker.proceed} onStay={blocker.reset} />;
}
