import '../dashboards/dashboards.css';
import './forms.css';
import { Button } from '@mantine/core';
import { IconForms, IconPlus } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/ui/EmptyState';
import { EntityIcon } from '@/ui/EntityIcon';
import { copiedForm, type FormDoc } from '../model/form';
import { fieldsOn } from '../model/formUse';
import { keyOf, labelOf } from '../model/types';
import { DocumentLine } from '../parts/DocumentLine';
import { useRoleLabel } from '../parts/useRoleLabel';
import { useStudio } from '../state/StudioProvider';
import { NewFormDialog, useTakenForms } from './NewFormDialog';

/** The forms there are by their entities, those that the next publish takes away among them. */
export function FormsPage() {
  const { t } = useTranslation('studio');
  const { forms, entityLabel, entity, language } = useStudio();
  const [adding, setAdding] = useState(false);
  const removed = useRemovedForms();
  const all = [...forms, ...removed];
  const names = [...new Set(all.map((one) => one.entity))].sort((a, b) => entityLabel(a).localeCompare(entityLabel(b), language));
  const button = <Button leftSection={<IconPlus size={15} stroke={1.75} />} onClick={() => setAdding(true)}>{t('forms.add')}</Button>;
  return (
    <div className="overview">
      <div className="row gap-12 overview-head">
        <div className="grow"><h2 className="page-title">{t('crumb.forms')}</h2><p className="muted no-margin">{t('forms.lead')}</p></div>
        {all.length > 0 && button}
      </div>
      {all.length === 0 && <EmptyState icon="forms" title={t('forms.none')} text={t('forms.none_text')}>{button}</EmptyState>}
      {names.map((name) => (
        <section key={name} className="form-entity" aria-label={entityLabel(name)}>
          <h3 className="section-title row gap-8"><EntityIcon name={entity(name)?.icon} size={16} />{entityLabel(name)}</h3>
          <FormList forms={all.filter((one) => one.entity === name)} />
        </section>
      ))}
      {adding && <NewFormDialog onClose={() => setAdding(false)} />}
    </div>
  );
}

export function useRemovedForms(): FormDoc[] {
  const { state } = useStudio();
  return [...state.removed].flatMap((key) => {
    const doc = state.published.get(key);
    return doc?.kind === 'form' ? [doc] : [];
  });
}

/** Forms of one entity, in the order in which they are given to people. */
export function FormList({ forms }: { forms: FormDoc[] }) {
  const { state, language } = useStudio();
  const sorted = [...forms].sort((a, b) => Number(!a.roles?.length) - Number(!b.roles?.length) || (a.order ?? 0) - (b.order ?? 0) || labelOf(a, language).localeCompare(labelOf(b, language), language));
  return <ul className="card plain-list">{sorted.map((doc) => <li key={doc.name}><Row doc={doc} isRemoved={state.removed.has(keyOf(doc))} /></li>)}</ul>;
}

function Row({ doc, isRemoved }: { doc: FormDoc; isRemoved: boolean }) {
  const { t } = useTranslation('studio');
  const { bench } = useStudio();
  const navigate = useNavigate();
  const role = useRoleLabel();
  const taken = useTakenForms();
  const copy = () => {
    const made = copiedForm(doc, taken, undefined, doc.roles);
    bench.edit(made);
    void navigate({ to: `/studio/forms/${made.name}` });
  };
  const about = [doc.roles?.length ? doc.roles.map(role).join(', ') : t('part.everybody'), t('forms.fields', { count: fieldsOn(doc) })];
  return <DocumentLine doc={doc} to={`/studio/forms/${doc.name}`} icon={<IconForms size={18} stroke={1.75} />} about={about} isRemoved={isRemoved} removeLabel={t('forms.remove')} onCopy={copy} />;
}
