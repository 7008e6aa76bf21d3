import { ActionIcon, Button } from '@mantine/core';
import { IconMenu2, IconPlus, IconTrash } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { State } from '@/ui/State';
import { newApplication } from '../model/entities';
import { messageAt, ofDocument } from '../model/problems';
import { SAMPLES } from '../model/samples';
import { keyOf, labelOf, type ApplicationDoc } from '../model/types';
import { IconPicker } from '../parts/IconPicker';
import { LabelInputs } from '../parts/LabelInputs';
import { ListPane } from '../parts/ListPane';
import { RolesSelect } from '../parts/selects';
import { useStudio } from '../state/StudioProvider';
import { HomeCard } from './HomeCard';
import { Sections } from './Sections';

/** What people see in the rail: applications, their sections and items. */
export function NavigationPage() {
  const { t } = useTranslation('studio');
  const { bench, state, documents, language, changed } = useStudio();
  const { app } = useSearch({ strict: false }) as { app?: string };
  const navigate = useNavigate();
  const applications = documents.filter((doc): doc is ApplicationDoc => doc.kind === 'application');
  const doc = applications.find((one) => one.name === app) ?? applications[0];
  const open = (name?: string) => void navigate({ to: '/studio/navigation', search: { app: name } });
  const add = () => {
    const made = newApplication(SAMPLES.application, applications.map((one) => one.name));
    bench.edit(made);
    open(made.name);
  };
  const button = <Button variant="default" leftSection={<IconPlus size={15} stroke={1.75} />} onClick={add}>{t('navigation.add')}</Button>;
  if (!doc) return <State icon={<IconMenu2 size={22} stroke={1.75} />} title={t('navigation.none')} text={t('navigation.none_text')}>{button}</State>;
  const problems = ofDocument(state.problems, keyOf(doc));
  const set = (patch: Partial<ApplicationDoc>, mark?: string) => bench.edit({ ...doc, ...patch }, mark && `${doc.name}:${mark}`);

  return (
    <ListPane title={t('crumb.navigation')} items={applications.map((one) => ({ name: one.name, label: labelOf(one, language), changed: changed.has(keyOf(one)) }))} chosen={doc.name} onChoose={open} action={button}>
      <div className="row gap-8">
        <IconPicker value={doc.icon} onChange={(icon) => set({ icon })} />
        <h2 className="page-title grow ellipsis">{labelOf(doc, language)}</h2>
        <ActionIcon aria-label={t('navigation.remove')} title={t('navigation.remove')} onClick={() => { bench.removeDocument(keyOf(doc)); open(); }}><IconTrash size={16} stroke={1.75} /></ActionIcon>
      </div>
      <LabelInputs label={t('navigation.label')} value={doc.label} required error={messageAt(problems, 'label')} onChange={(label) => set({ label }, 'label')} />
      <RolesSelect label={t('navigation.for')} value={doc.roles} error={messageAt(problems, 'roles')} onChange={(roles) => set({ roles: roles.length ? roles : undefined })} />
      <HomeCard key={`home.${doc.name}`} homes={doc.home ?? []} problems={problems} onChange={(home) => set({ home: home.length ? home : undefined })} />
      {problems.filter((problem) => problem.path.startsWith('/sections')).map((problem, index) => <p key={index} className="control-error no-margin">{problem.message}</p>)}
      <Sections key={doc.name} sections={doc.sections ?? []} onChange={(sections, mark) => set({ sections }, mark)} />
    </ListPane>
  );
}
