import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/ui/EmptyState';
import { EntityIcon } from '@/ui/EntityIcon';
import { ofDocument } from '../model/problems';
import { useStudio } from '../state/StudioProvider';
import type { EntityView } from '../state/views';
import { NewEntityDialog } from './NewEntityDialog';

/** All entities with what is not published and what is wrong. */
export function OverviewPage() {
  const { t } = useTranslation('studio');
  const { entities, count, state } = useStudio();
  const [adding, setAdding] = useState(false);
  const own = entities.filter((view) => !view.system);
  const system = entities.filter((view) => view.system);
  const dialog = adding && <NewEntityDialog onClose={() => setAdding(false)} />;
  const button = <Button leftSection={<IconPlus size={15} stroke={1.75} />} onClick={() => setAdding(true)}>{t('overview.add')}</Button>;

  return (
    <div className="overview">
      <div className="row gap-12 overview-head">
        <div className="grow">
          <h2 className="page-title">{t('overview.title')}</h2>
          <p className="muted no-margin">{[t('overview.revision', { number: state.revision }), count ? t('frame.publish_count', { count }) : t('overview.all_published'), state.problems.length > 0 && t('problems.count', { count: state.problems.length })].filter(Boolean).join(' · ')}</p>
        </div>
        {own.length > 0 && button}
      </div>
      {own.length === 0 && <EmptyState icon="table" title={t('overview.none')} text={t('overview.none_text')}>{button}</EmptyState>}
      {own.length > 0 && <div className="entity-cards">{own.map((view) => <Card key={view.name} view={view} />)}</div>}
      <h3 className="section-title overview-section">{t('tree.system')}</h3>
      <p className="hint">{t('overview.system_text')}</p>
      <div className="entity-cards">{system.map((view) => <Card key={view.name} view={view} />)}</div>
      {dialog}
    </div>
  );
}

function Card({ view }: { view: EntityView }) {
  const { t } = useTranslation('studio');
  const { changed, state, language } = useStudio();
  const problems = ofDocument(state.problems, view.key).length;
  const other = view.doc.label?.[language === 'en' ? 'ru' : 'en'];
  const change = changed.get(view.key);
  return (
    <Link to={`/studio/model/${view.name}`} className="card entity-card">
      <span className={`mark ${view.system ? 'hue-slate' : 'hue-blue'}`} style={{ width: 32, height: 32, borderRadius: 8 }}><EntityIcon name={view.icon} size={18} /></span>
      <span className="grow">
        <span className="strong ellipsis card-line">{view.label}</span>
        <span className="size-12 dim ellipsis card-line">{[other !== view.label && other, t('entity.fields', { count: (view.doc.fields?.length ?? 0) + view.builtIn.length })].filter(Boolean).join(' · ')}</span>
      </span>
      {problems > 0 && <span className="tag problem-tag">{t('problems.count', { count: problems })}</span>}
      {problems === 0 && change && <span className={`tag change-${change}`}>{t(`change.${change}`)}</span>}
    </Link>
  );
}
