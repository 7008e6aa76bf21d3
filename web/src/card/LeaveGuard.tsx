import { Button, Modal } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { unreadIn } from '@/fields/unread';
import type { RecordForm } from './useRecordForm';

/** What of the form is not saved, in words. */
export function unsavedIn(form: RecordForm, t: (key: string, values?: Record<string, unknown>) => string): string[] {
  const messages = { ...unreadIn(form.values), ...form.errors };
  const fields = form.entity.fields.filter((field) => field.name in messages).map((field) => `${field.label}: ${messages[field.name]}`);
  return [...fields, ...form.gaps.map((gap) => `${gap.field.label}: ${t('lines.incomplete', { number: gap.line })}`)];
}

const place = ({ pathname, search }: { pathname: string; search: unknown }) => `${pathname}?${(search as { sel?: string }).sel ?? ''}`;

/** Asks before a page or a record is left with something on it that would be lost; another tab of the same card keeps it all. */
export function LeaveGuard({ form }: { form: RecordForm }) {
  const { t } = useTranslation('work');
  const blocker = useBlocker({ shouldBlockFn: ({ current, next }) => form.unsaved && place(current) !== place(next), enableBeforeUnload: () => form.pending, withResolver: true });
  if (blocker.status !== 'blocked') return null;
  return (
    <Modal opened onClose={blocker.reset} title={t('leave.title')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <p className="no-margin">{t('leave.text')}</p>
      <ul className="leave-list">{unsavedIn(form, t).map((line) => <li key={line}>{line}</li>)}</ul>
      <div className="row gap-8 right"><Button variant="default" data-danger onClick={blocker.proceed}>{t('leave.leave')}</Button><Button data-autofocus onClick={blocker.reset}>{t('leave.stay')}</Button></div>
    </Modal>
  );
}
