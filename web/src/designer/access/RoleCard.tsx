import { Button, Switch } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { toggleRight } from '../model/access';
import { messageAt, ofDocument } from '../model/problems';
import { keyOf, RIGHTS, type RoleDoc } from '../model/types';
import { LabelInputs } from '../parts/LabelInputs';
import { useStudio } from '../state/StudioProvider';

/** Name of the role and its rights over the whole workspace. */
export function RoleCard({ role, onRemoved }: { role: RoleDoc; onRemoved: () => void }) {
  const { t } = useTranslation('studio');
  const { bench, state } = useStudio();
  const problems = ofDocument(state.problems, keyOf(role));
  return (
    <section className="card access-card" aria-label={t('access.role')}>
      <h3 className="section-title">{t('access.role')}</h3>
      {problems.filter((problem) => !problem.path.startsWith('/label')).map((problem, index) => <p key={index} className="control-error no-margin">{problem.message}</p>)}
      <LabelInputs label={t('access.label')} value={role.label} required error={messageAt(problems, 'label')} onChange={(label) => bench.edit({ ...role, label }, `${role.name}:label`)} />
      <div className="column gap-8 switches">
        {RIGHTS.map((right) => <Switch key={right} label={t(`right.${right}`)} description={t(`right.${right}_text`)} checked={Boolean(role.rights?.includes(right))} onChange={() => bench.edit(toggleRight(role, right))} />)}
      </div>
      <Button variant="subtle" size="xs" data-danger w="fit-content" leftSection={<IconTrash size={15} stroke={1.75} />} onClick={() => { bench.removeDocument(keyOf(role)); onRemoved(); }}>{t('access.remove')}</Button>
    </section>
  );
}
