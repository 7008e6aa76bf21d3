import { Button } from '@mantine/core';
import { IconArrowLeft, IconArrowRight, IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EntityIcon } from '@/ui/EntityIcon';
import { labelOf } from '../model/types';
import { relations, type RelationEdge } from '../model/usage';
import { EntitySelect } from '../parts/selects';
import { useStudio } from '../state/StudioProvider';
import type { EntityView } from '../state/views';
import { useEntityEdit } from './useEntityEdit';

/** Relations of the entity, in both directions. */
export function useRelations(view: EntityView): RelationEdge[] {
  const { documents } = useStudio();
  return relations(documents).filter((edge) => edge.from === view.name || edge.to === view.name);
}

export function RelationsTab({ view }: { view: EntityView }) {
  const { t } = useTranslation('studio');
  const { entity } = useStudio();
  const edit = useEntityEdit(view);
  const all = useRelations(view);
  const [adding, setAdding] = useState(false);
  const add = (name: string) => {
    const far = entity(name);
    const label = far?.system ? { en: far.label, ru: far.label } : far?.doc.label ?? { en: name };
    const field = edit.add({ ...label });
    edit.select(field.id);
    setAdding(false);
  };
  return (
    <div className="tab-body">
      <Group title={t('relations.out')} text={t('relations.out_text', { name: view.label })} edges={all.filter((edge) => edge.from === view.name)} out />
      <Group title={t('relations.in')} text={t('relations.in_text', { name: view.label })} edges={all.filter((edge) => edge.to === view.name && edge.from !== view.name)} />
      {adding
        ? <EntitySelect w={280} label={t('relations.with')} autoFocus onChange={add} />
        : <Button variant="default" w="fit-content" leftSection={<IconPlus size={15} stroke={1.75} />} onClick={() => setAdding(true)}>{t('relations.add')}</Button>}
    </div>
  );
}

function Group({ title, text, edges, out = false }: { title: string; text: string; edges: RelationEdge[]; out?: boolean }) {
  const { t } = useTranslation('studio');
  const { language, entity, entityLabel } = useStudio();
  return (
    <section className="column gap-6">
      <h3 className="section-title">{title} <span className="dim medium">{edges.length || ''}</span></h3>
      {edges.length === 0 && <p className="hint">{text}</p>}
      {edges.length > 0 && <ul className="card plain-list">
        {edges.map((edge, index) => {
          const far = out ? edge.to : edge.from;
          return (
            <li key={index}>
              <Link to={`/studio/model/${edge.from}`} search={{ field: edge.field.id }} className="list-line">
                {out ? <IconArrowRight size={15} stroke={1.75} className="dim" aria-hidden /> : <IconArrowLeft size={15} stroke={1.75} className="dim" aria-hidden />}
                <EntityIcon name={entity(far)?.icon} size={16} />
                <span className="medium">{entityLabel(far)}</span>
                <span className="muted grow ellipsis">{out ? '' : `${entityLabel(edge.from)} › `}{labelOf(edge.field, language)}</span>
                <span className="size-12 dim nowrap">{t(`type.${edge.field.type}`)}</span>
                {(edge.field.type === 'link' || edge.field.type === 'user') && <span className="size-12 dim relation-way">{t(`relation.${edge.field.on_delete ?? 'restrict'}_short`)}</span>}
              </Link>
            </li>
          );
        })}
      </ul>}
    </section>
  );
}
