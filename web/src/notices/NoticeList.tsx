import './notices.css';
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { IconBell, IconChecks, IconMailX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { formatAgo } from '@/fields/dates';
import { ErrorState } from '@/ui/ErrorState';
import { type Notice, useMarkRead, useNotices } from './useNotices';

/** What the reader is told, the newest first, with the way to what it is about. */
export function NoticeList({ onFollow }: { onFollow?: () => void }) {
  const { t } = useTranslation('work');
  const notices = useNotices();
  const mark = useMarkRead();
  if (notices.isError && !notices.data) return <ErrorState error={notices.error} retry={() => void notices.refetch()} />;
  const { items = [], unread = 0 } = notices.data ?? {};
  if (!items.length) return <div className="notice-none" role="status"><IconBell size={22} stroke={1.5} /><span>{t(notices.data ? 'notices.none' : 'notices.loading')}</span></div>;
  return (
    <div className="notices">
      <div className="notice-head">
        <span className="grow muted">{t('notices.unread', { count: unread })}</span>
        <Button variant="subtle" size="xs" disabled={!unread} leftSection={<IconChecks size={15} stroke={1.75} />} onClick={() => mark.mutate(undefined)}>{t('notices.read_all')}</Button>
      </div>
      <ul className="notice-items">
        {items.map((one) => <li key={one.id}><Item one={one} onRead={() => { if (!one.read_at) mark.mutate([one.id]); }} onFollow={onFollow} /></li>)}
      </ul>
    </div>
  );
}

function Item({ one, onRead, onFollow }: { one: Notice; onRead: () => void; onFollow?: () => void }) {
  const { t } = useTranslation('work');
  const isMail = one.kind === 'mail_failed';
  const content = (
    <>
      <i className="notice-dot" data-open={!one.read_at} aria-label={one.read_at ? undefined : t('notices.new')} role={one.read_at ? undefined : 'img'} />
      <span className="notice-words">
        <span className="notice-text">{isMail && <IconMailX size={15} stroke={1.75} color="var(--bad)" />}{isMail ? t('notices.mail_failed', { subject: one.text }) : one.text}</span>
        <span className="dim size-12">{[isMail ? null : one.created_by?.title, formatAgo(one.created_at)].filter(Boolean).join(' · ')}</span>
      </span>
    </>
  );
  if (one.entity && one.record) {
    return <Link to="/e/$entity/$id" params={{ entity: one.entity, id: one.record }} className="notice" onClick={() => { onRead(); onFollow?.(); }}>{content}</Link>;
  }
  return <button type="button" className="notice" onClick={onRead}>{content}</button>;
}
