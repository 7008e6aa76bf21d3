import { UnstyledButton } from '@mantine/core';
import { IconHome2, IconMenu2, IconPlus, IconSearch } from '@tabler/icons-react';
import { useRouterState } from '@tanstack/react-router';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useCatalog } from '@/catalog/useCatalog';
import { BottomBell } from './Bell';
import { mayCreate, openCreate } from './create';
import { navigationOf } from './navigation';
import { openPalette } from './palette';

/** The phone's bar: home, search, create, notifications, menu. */
export function BottomBar({ menu, onMenu }: { menu: boolean; onMenu: () => void }) {
  const { t } = useTranslation();
  const catalog = useCatalog();
  const creates = navigationOf(catalog, '').some((section) => section.entries.some(({ entity }) => mayCreate(entity)));
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <nav className="bottom-bar" aria-label={t('nav.main')}>
      <Link to="/" className="bottom-item" data-active={path === '/' && !menu}><IconHome2 size={23} stroke={1.75} />{t('nav.home')}</Link>
      <UnstyledButton className="bottom-item" onClick={() => openPalette()}><IconSearch size={23} stroke={1.75} />{t('nav.search')}</UnstyledButton>
      {creates && <UnstyledButton className="bottom-item" onClick={() => openCreate()}><span className="bottom-create"><IconPlus size={20} stroke={1.75} /></span>{t('nav.create')}</UnstyledButton>}
      <BottomBell menu={menu} />
      <UnstyledButton className="bottom-item" data-active={menu} aria-expanded={menu} onClick={onMenu}><IconMenu2 size={23} stroke={1.75} />{t('nav.menu')}</UnstyledButton>
    </nav>
  );
}
