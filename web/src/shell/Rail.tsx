import { ActionIcon, Tooltip, UnstyledButton } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconChartBar, IconHammer, IconHome2, IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand, IconSearch, IconSettings } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalog } from '@/catalog/useCatalog';
import { useMeasures } from '@/measures/useMeasures';
import { EntityIcon } from '@/ui/EntityIcon';
import { Kbd, Logo } from '@/ui/marks';
import { RailBell } from './Bell';
import { navigationOf } from './navigation';
import { openPalette } from './palette';
import { PersonButton } from './PersonButton';

const UserMenu = lazy(async () => ({ default: (await import('./UserMenu')).UserMenu }));

interface ItemProps {
  to: string;
  params?: Record<string, string>;
  exact?: boolean;
  icon: ReactNode;
  label: string;
  folded: boolean;
}

function Item({ to, params, exact = false, icon, label, folded }: ItemProps) {
  const link = (
    <Link to={to} params={params} className="rail-item" activeOptions={{ exact, includeSearch: false }} activeProps={{ className: 'active' }} aria-label={folded ? label : undefined}>
      {icon}{!folded && <span className="ellipsis">{label}</span>}
    </Link>
  );
  return folded ? <Tooltip label={label} position="right">{link}</Tooltip> : link;
}

/** The left rail: search, sections of the applications, Studio and Administration by rights, the person. On a phone, a sheet; `narrow` where the page needs the room. */
export function Rail({ sheet = false, narrow = false }: { sheet?: boolean; narrow?: boolean }) {
  const { t } = useTranslation();
  const catalog = useCatalog();
  const [kept, setKept] = useLocalStorage({ key: 'verstak.rail', defaultValue: false, getInitialValueInEffect: false });
  const folded = (kept || narrow) && !sheet;
  const { rights, workspace } = catalog.data;
  const indicators = !!useMeasures().data?.length;
  const fold = (
    <ActionIcon aria-label={t(folded ? 'nav.unfold' : 'nav.fold')} onClick={() => setKept(!kept)}>
      {folded ? <IconLayoutSidebarLeftExpand size={17} stroke={1.75} /> : <IconLayoutSidebarLeftCollapse size={17} stroke={1.75} />}
    </ActionIcon>
  );
  return (
    <nav className={folded ? 'rail folded' : 'rail'} aria-label={t('nav.main')}>
      <div className="rail-workspace"><Link to="/" aria-label={workspace.name}><Logo size={folded ? 26 : 22} /></Link>{!folded && <span className="grow ellipsis">{workspace.name}</span>}{!sheet && !folded && fold}</div>
      {folded && !narrow && <div className="row" style={{ justifyContent: 'center', marginBottom: 4 }}>{fold}</div>}
      {folded
        ? <Tooltip label={t('nav.search')} position="right"><UnstyledButton className="rail-item" aria-label={t('nav.search')} onClick={() => openPalette()}><IconSearch size={17} stroke={1.75} /></UnstyledButton></Tooltip>
        : <UnstyledButton className="rail-search" onClick={() => openPalette()}><IconSearch size={15} stroke={1.75} /><span className="grow">{t('nav.search')}</span>{!sheet && <Kbd>Ctrl K</Kbd>}</UnstyledButton>}
      {!sheet && <RailBell folded={folded} />}
      <div className="rail-scroll">
        <Item to="/" exact icon={<IconHome2 size={17} stroke={1.75} />} label={t('nav.home')} folded={folded} />
        {indicators && <Item to="/indicators" icon={<IconChartBar size={17} stroke={1.75} />} label={t('nav.indicators')} folded={folded} />}
        {navigationOf(catalog, t('nav.other')).map((section, index) => (
          <div key={index}>
            {section.label && !folded ? <div className="rail-head">{section.label}</div> : <div style={{ height: 8 }} />}
            {section.entries.map((entry) => (
              <Item key={entry.key} to={entry.to} params={entry.params} icon={<EntityIcon name={entry.icon} />} label={entry.label} folded={folded} />
            ))}
          </div>
        ))}
      </div>
      <div className="rail-foot">
        {rights.design && <Item to="/studio" icon={<IconHammer size={17} stroke={1.75} />} label={t('nav.studio')} folded={folded} />}
        {rights.administer && <Item to="/admin/users" icon={<IconSettings size={17} stroke={1.75} />} label={t('nav.administration')} folded={folded} />}
        <Suspense fallback={<PersonButton folded={folded} />}><UserMenu folded={folded} /></Suspense>
      </div>
    </nav>
  );
}
