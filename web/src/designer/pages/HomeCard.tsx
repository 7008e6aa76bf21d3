import { ActionIcon } from '@mantine/core';
import { IconArrowUp, IconHome2, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { messageAt } from '../model/problems';
import type { HomeDoc, Problem } from '../model/types';
import { RolesSelect, TargetSelect } from '../parts/selects';

interface Props {
  homes: HomeDoc[];
  problems: Problem[];
  onChange: (homes: HomeDoc[]) => void;
}

/** What opens first, by role: the first row that fits a person counts. */
export function HomeCard({ homes, problems, onChange }: Props) {
  const { t } = useTranslation('studio');
  const set = (at: number, home: HomeDoc) => onChange(homes.map((one, index) => (index === at ? home : one)));
  const up = (at: number) => onChange(homes.map((one, index) => homes[index === at ? at - 1 : index === at - 1 ? at : index] ?? one));
  return (
    <section className="card section-card" aria-label={t('navigation.home')}>
      <div className="row gap-8"><IconHome2 size={16} stroke={1.75} color="var(--text-3)" /><h3 className="section-title grow">{t('navigation.home')}</h3></div>
      <p className="hint no-margin">{t('navigation.home_text')}</p>
      {homes.map((home, at) => (
        <div key={at} className="home-row">
          <TargetSelect label={t('navigation.home_opens')} value={home} error={messageAt(problems, `home/${at}`)} onChange={(target) => set(at, { ...(home.roles && { roles: home.roles }), ...target })} />
          <RolesSelect label={t('navigation.home_for')} value={home.roles} error={messageAt(problems, `home/${at}/roles`)} onChange={(roles) => set(at, { ...home, roles: roles.length ? roles : undefined })} />
          <span className="row gap-4 home-actions">
            <ActionIcon disabled={at === 0} aria-label={t('navigation.home_up', { number: at + 1 })} onClick={() => up(at)}><IconArrowUp size={15} stroke={1.75} /></ActionIcon>
            <ActionIcon aria-label={t('navigation.home_remove', { number: at + 1 })} onClick={() => onChange(homes.filter((_, index) => index !== at))}><IconTrash size={15} stroke={1.75} /></ActionIcon>
          </span>
        </div>
      ))}
      <TargetSelect key={homes.length} placeholder={t('navigation.home_add')} onChange={(target) => onChange([...homes, target])} />
    </section>
  );
}
