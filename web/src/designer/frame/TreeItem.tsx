import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  to: string;
  label: string;
  icon: ReactNode;
  depth?: number;
  count?: number;
  changed?: boolean;
  exact?: boolean;
  onOpen: () => void;
}

/** One line of the tree. */
export function TreeItem({ to, label, icon, depth = 0, count, changed, exact, onOpen }: Props) {
  const { t } = useTranslation('studio');
  return (
    <Link to={to} className="tree-item" style={{ paddingLeft: 8 + depth * 18 }} activeOptions={{ exact: Boolean(exact), includeSearch: false }} activeProps={{ 'aria-current': 'page' }} onClick={onOpen}>
      {icon}
      <span className="ellipsis">{label}</span>
      <span className="grow" />
      {changed && <span className="changed-point" role="img" aria-label={t('tree.changed')} title={t('tree.changed')} />}
      {count !== undefined && <span className="tree-count">{count}</span>}
    </Link>
  );
}
