import { Alert, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { messageAt } from '../model/problems';
import { labelOf, type EntityDoc, type Problem } from '../model/types';
import { IconPicker } from '../parts/IconPicker';
import { LabelInputs } from '../parts/LabelInputs';
import { useStudio } from '../state/StudioProvider';
import type { EntityView } from '../state/views';
import { EntityName } from './EntityName';

const TITLES = new Set(['text', 'email', 'phone', 'url', 'integer', 'auto_number', 'date', 'long_text', 'decimal', 'money', 'choice', 'link', 'user']);

/** Names, icon, title and help of the entity. */
export function EntityProperties({ view, problems }: { view: EntityView; problems: Problem[] }) {
  const { t } = useTranslation('studio');
  const { bench, language } = useStudio();
  const { doc } = view;
  const set = (patch: Partial<EntityDoc>, mark?: string) => bench.edit({ ...doc, ...patch }, mark && `${view.key}:${mark}`);
  const general = problems.filter((problem) => problem.path === '' || problem.path === '/');
  const titles = [...view.builtIn.filter((field) => TITLES.has(field.type)).map((field) => ({ value: field.name, label: field.label })), ...(doc.fields ?? []).filter((field) => TITLES.has(field.type)).map((field) => ({ value: field.name, label: labelOf(field, language) }))];
  return (
    <div className="column gap-16">
      {general.map((problem, index) => <Alert key={index} color="red" variant="light" p="xs">{problem.message}</Alert>)}
      {view.system && <p className="hint">{t('properties.system_text')}</p>}
      <LabelInputs label={t('entity.label')} value={doc.label} required={!view.system} error={messageAt(problems, 'label')} onChange={(label) => set({ label }, 'label')} />
      <LabelInputs label={t('entity.plural')} value={doc.plural} error={messageAt(problems, 'plural')} onChange={(plural) => set({ plural }, 'plural')} />
      <div className="row gap-8"><IconPicker value={view.icon} onChange={(icon) => set({ icon })} /><span className="muted">{t('part.icon')}</span></div>
      {!view.system && <Select label={t('entity.title')} description={t('entity.title_text')} data={titles} value={doc.title ?? null} clearable placeholder={t('fields.empty')} error={messageAt(problems, 'title')} onChange={(title) => set({ title: title ?? undefined })} />}
      <LabelInputs label={t('entity.description')} value={doc.description} lines={2} error={messageAt(problems, 'description')} onChange={(description) => set({ description }, 'description')} />
      <EntityName view={view} />
    </div>
  );
}
