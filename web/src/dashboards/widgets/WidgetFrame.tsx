import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconExternalLink, IconTable, IconChartBar } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  label: string;
  /** What stands beside the name: the unit, a count. */
  sub?: ReactNode;
  /** Between the name and the menu, such as a legend. */
  aside?: ReactNode;
  /** The records behind all of it. */
  entity?: string;
  search?: Record<string, unknown>;
  /** Whether it stands as a table, where it may stand as a drawing too. */
  asTable?: boolean;
  onTable?: (asTable: boolean) => void;
  /** More entries of the menu. */
  menu?: ReactNode;
  children: ReactNode;
}

/** The card of a widget: its name, what it may do, and what it shows. */
export function WidgetFrame({ label, sub, aside, entity, search, asTable, onTable, menu, children }: Props) {
  const { t } = useTranslation('dashboards');
  const hasMenu = (entity && search) || onTable || menu;
  return (
    <section className="card widget" aria-label={label}>
      <div className="widget-head">
        <h2 className="section-title ellipsis" title={label}>{label}</h2>
        {sub && <span className="dim medium ellipsis widget-sub">{sub}</span>}
        <span className="grow" />
        {aside}
        {hasMenu && (
          <Menu position="bottom-end">
            <Menu.Target><ActionIcon className="widget-menu" size={24} aria-label={t('menu', { label })}><IconDots size={15} stroke={1.75} /></ActionIcon></Menu.Target>
            <Menu.Dropdown>
              {entity && search && <Menu.Item component={Link} {...({ to: '/e/$entity', params: { entity }, search } as object)} leftSection={<IconExternalLink size={15} stroke={1.75} />}>{t('open_records')}</Menu.Item>}
              {onTable && <Menu.Item leftSection={asTable ? <IconChartBar size={15} stroke={1.75} /> : <IconTable size={15} stroke={1.75} />} onClick={() => onTable(!asTable)}>{t(asTable ? 'as_chart' : 'as_table')}</Menu.Item>}
              {menu}
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
      <div className="widget-body">{children}</div>
    </section>
  );
}

/** Nothing to draw, in words. */
export function NothingHere({ children }: { children?: ReactNode }) {
  const { t } = useTranslation('dashboards');
  return <p className="widget-nothing" role="status">{children ?? t('nothing_here')}</p>;
}
