import { Popover, Tooltip, UnstyledButton } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { Link, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNotices } from '@/notices/useNotices';

const NoticeList = lazy(async () => ({ default: (await import('@/notices/NoticeList')).NoticeList }));

/** How many notifications are not read, short enough for a mark. */
const short = (count: number) => (count > 99 ? '99+' : String(count));

/** The count as it is seen, and as it is heard. */
function Count({ unread }: { unread: number }) {
  const { t } = useTranslation();
  if (!unread) return null;
  return <b className="bell-count"><span aria-hidden>{short(unread)}</span><span className="visually-hidden">{t('nav.unread', { count: unread })}</span></b>;
}

/** The rail's bell: how many notifications are not read, and the list of them. */
export function RailBell({ folded }: { folded: boolean }) {
  const { t } = useTranslation();
  const unread = useNotices().data?.unread ?? 0;
  const label = t('nav.notices');
  const [open, setOpen] = useState(false);
  const button = (
    <UnstyledButton className="rail-item" aria-expanded={open} onClick={() => setOpen(!open)}>
      <span className="bell"><IconBell size={17} stroke={1.75} />{folded && <Count unread={unread} />}</span>
      <span className={folded ? 'visually-hidden' : 'grow ellipsis'}>{label}</span>{!folded && <Count unread={unread} />}
    </UnstyledButton>
  );
  return (
    <Popover opened={open} onChange={setOpen} position="right-start" trapFocus returnFocus shadow="md">
      <Popover.Target>{folded ? <Tooltip label={label} position="right" disabled={open}>{button}</Tooltip> : button}</Popover.Target>
      <Popover.Dropdown p={8} className="notice-window" aria-label={label}>
        <Suspense fallback={null}><NoticeList onFollow={() => setOpen(false)} /></Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}

/** The same in the bar of a phone: the way to a page of its own. */
export function BottomBell({ menu }: { menu: boolean }) {
  const { t } = useTranslation();
  const unread = useNotices().data?.unread ?? 0;
  const label = t('nav.notices');
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <Link to="/notifications" className="bottom-item" data-active={path === '/notifications' && !menu}>
      <span className="bell"><IconBell size={23} stroke={1.75} /><Count unread={unread} /></span>{label}
    </Link>
  );
}
