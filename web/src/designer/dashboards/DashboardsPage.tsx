import './dashboards.css';
import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconArrowBackUp, IconCopy, IconDots, IconExternalLink, IconPlus, IconTrash } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/ui/EmptyState';
import { EntityIcon } from '@/ui/EntityIcon';
import { copied, type DashboardDoc } from '../model/dashboard';
import { ofDocument } from '../model/problems';
import { keyOf, labelOf } from '../model/types';
import { useStudio } from '../state/StudioProvider';
import { NewDashboardDialog } from './NewDashboardDialog';

const icon = { size: 15, stroke: 1.75 };

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
  const { bench, state, changed, documents, language } = useStudio();
  const navigate = useNavigate();
  const key = keyOf(doc);
  const label = labelOf(doc, language);
  const other = doc.label?.[language === 'en' ? 'ru' : 'en'];
  const roles = (doc.roles ?? []).map((name) => (name === 'designer' ? t('access.designer') : labelOf(documents.find((one) => one.kind === 'role' && one.name === name) ?? { name }, language)));
  const problems = ofDocument(state.problems, key).length;
  const change = isRemoved ? 'removed' : changed.get(key);
  const copy = () => {
    const made = copied(doc, [...state.documents.values(), ...state.published.values()].flatMap((one) => (one.kind === 'dashboard' ? [one.name] : [])));
    bench.edit(made);
    void navigate({ to: `/studio/dashboards/${made.name}` });
  };
  const words = (
    <span className="grow board-words">
      <span className="medium ellipsis" data-removed={isRemoved || undefined}>{label}{other && other !== label && <span className="dim"> {other}</span>}</span>
      <span className="size-12 dim ellipsis">{[t('dashboards.widgets', { count: doc.widgets?.length ?? 0 }), roles.length ? roles.join(', ') : t('part.everybody')].join(' · ')}</span>
    </span>
  );
  const mark = <span className={`mark ${isRemoved ? 'hue-slate' : 'hue-blue'}`} style={{ width: 32, height: 32, borderRadius: 8 }}><EntityIcon name={doc.icon ?? 'layout-dashboard'} size={18} /></span>;
  return (
    <div className="list-line board-line">
      {isRemoved ? <span className="row gap-12 grow">{mark}{words}</span> : <Link className="row gap-12 grow board-open" to={`/studio/dashboards/${doc.name}`}>{mark}{words}</Link>}
      {problems > 0 && <span className="tag problem-tag">{t('problems.count', { count: problems })}</span>}
      {change && <span className={`tag change-${change}`}>{t(`change.${change}`)}</span>}
      {isRemoved
        ? <Button variant="default" size="xs" leftSection={<IconArrowBackUp {...icon} />} onClick={() => bench.revert(key)}>{t('dashboards.restore')}</Button>
        : <Menu position="bottom-end">
          <Menu.Target><ActionIcon aria-label={t('dashboards.more_of', { name: label })}><IconDots size={17} stroke={1.75} /></ActionIcon></Menu.Target>
          <Menu.Dropdown>
            {state.published.has(key) && <Menu.Item leftSection={<IconExternalLink {...icon} />} onClick={() => void navigate({ to: `/d/${doc.name}` })}>{t('dashboards.open')}</Menu.Item>}
            <Menu.Item leftSection={<IconCopy {...icon} />} onClick={copy}>{t('dashboards.copy')}</Menu.Item>
            {changed.has(key) && <Menu.Item leftSection={<IconArrowBackUp {...icon} />} onClick={() => bench.revert(key)}>{t('entity.discard')}</Menu.Item>}
            <Menu.Item data-danger leftSection={<IconTrash {...icon} />} onClick={() => bench.removeDocument(key)}>{t('dashboards.remove')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>}
    </div>
  );
}
