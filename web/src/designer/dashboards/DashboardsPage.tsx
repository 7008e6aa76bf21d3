import './dashboards.css';
import { Button, Menu } from '@mantine/core';
import { IconExternalLink, IconPlus } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/ui/EmptyState';
import { EntityIcon } from '@/ui/EntityIcon';
import { copied, type DashboardDoc } from '../model/dashboard';
import { keyOf, labelOf } from '../model/types';
import { DocumentLine } from '../parts/DocumentLine';
import { useRoleLabel } from '../parts/useRoleLabel';
import { useStudio } from '../state/StudioProvider';
import { NewDashboardDialog } from './NewDashboardDialog';

/** The dashboards there are, those that the next publish takes away among them. */
export function DashboardsPage() {
  const { t } = useTranslation('studio');
  const { dashboards, state, language } = useStudio();
  const [adding, setAdding] = useState(false);
  const removed = [...state.removed].flatMap((key) => {
    const doc = state.published.get(key);
    return doc?.kind === 'dashboard' ? [doc] : [];
  });
  const rows = [...dashboards, ...removed].sort((a, b) => labelOf(a, language).localeCompare(labelOf(b, language), language));
  const button = <Button leftSection={<IconPlus size={15} stroke={1.75} />} onClick={() => setAdding(true)}>{t('dashboards.add')}</Button>;
  return (
    <div className="overview">
      <div className="row gap-12 overview-head">
        <div className="grow"><h2 className="page-title">{t('crumb.dashboards')}</h2><p className="muted no-margin">{t('dashboards.lead')}</p></div>
        {rows.length > 0 && button}
      </div>
      {rows.length === 0
        ? <EmptyState icon="layout-dashboard" title={t('dashboards.none')} text={t('dashboards.none_text')}>{button}</EmptyState>
        : <ul className="card plain-list">{rows.map((doc) => <li key={doc.name}><Row doc={doc} isRemoved={removed.includes(doc)} /></li>)}</ul>}
      {adding && <NewDashboardDialog onClose={() => setAdding(false)} />}
    </div>
  );
}

function Row({ doc, isRemoved }: { doc: DashboardDoc; isRemoved: boolean }) {
  const { t } = useTranslation('studio');
  const { bench, state, language } = useStudio();
  const navigate = useNavigate();
  const role = useRoleLabel();
  const other = doc.label?.[language === 'en' ? 'ru' : 'en'];
  const copy = () => {
    const made = copied(doc, [...state.documents.values(), ...state.published.values()].flatMap((one) => (one.kind === 'dashboard' ? [one.name] : [])));
    bench.edit(made);
    void navigate({ to: `/studio/dashboards/${made.name}` });
  };
  const about = [t('dashboards.widgets', { count: doc.widgets?.length ?? 0 }), doc.roles?.length ? doc.roles.map(role).join(', ') : t('part.everybody')];
  return (
    <DocumentLine doc={doc} to={`/studio/dashboards/${doc.name}`} icon={<EntityIcon name={doc.icon ?? 'layout-dashboard'} size={18} />} beside={other && other !== labelOf(doc, language) && <span className="dim"> {other}</span>} about={about} isRemoved={isRemoved} removeLabel={t('dashboards.remove')} onCopy={copy}
      items={state.published.has(keyOf(doc)) && <Menu.Item leftSection={<IconExternalLink size={15} stroke={1.75} />} onClick={() => void navigate({ to: `/d/${doc.name}` })}>{t('dashboards.open')}</Menu.Item>} />
  );
}
