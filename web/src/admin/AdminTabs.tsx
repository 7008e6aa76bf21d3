import { IconBuilding, IconHistory, IconSettings, IconShieldLock, IconUsers } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

const TABS = [['users', '/admin/users', IconUsers], ['workspace', '/admin/workspace', IconBuilding], ['security', '/admin/security', IconShieldLock], ['audit', '/admin/audit', IconHistory]] as const;

/** The head of Administration: its parts as tabs, and what the part itself offers at the right. */
export function AdminTabs({ title, children }: { title: string; children?: ReactNode }) {
  const { t } = useTranslation('account');
  return (
    <>
      <div className="top-bar admin-head"><IconSettings size={18} stroke={1.75} color="var(--primary)" /><h1 className="strong ellipsis" style={{ fontSize: 15 }}>{title}</h1><span className="grow" />{children}</div>
      <nav className="tabs" aria-label={t('common:nav.administration')}>
        {TABS.map(([key, to, Icon]) => <Link key={key} to={to} className="tab" activeProps={{ 'aria-current': 'page' }}><Icon size={15} stroke={1.75} />{t(`admin.${key}`)}</Link>)}
      </nav>
    </>
  );
}
