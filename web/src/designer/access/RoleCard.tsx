import { Button, Switch } from '@mantine/core';
import { IconCopy, IconEye, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { startPreview } from '@/api/preview';
import { useCatalog } from '@/catalog/useCatalog';
import { toggleRight } from '../model/access';
import { messageAt, ofDocument } from '../model/problems';
import { keyOf, labelOf, RIGHTS, type RoleDoc } from '../model/types';
import { LabelInputs } from '../parts/LabelInputs';
import { useStudio } from '../state/StudioProvider';
import { RolePeople } from './RolePeople';

interface Props {
  role: RoleDoc;
  onCopy: () => void;
  onRemoved: () => void;
}

/** Name of the role, its rights over the whole workspace, its people. */
export function RoleCard({ role, onCopy, onRemoved }: Props) {
  const { t } = useTranslation('studio');
  const { bench, state, language, changed } = useStudio();
  const { administer } = useCatalog().data.rights;
  const problems = ofDocument(state.problems, keyOf(role));
  const published = state.published.has(keyOf(role));
  const drafted = changed.size > 0;
  const see = () => void bench.flush().then(() => startPreview({ of: `role:${role.name}`, label: labelOf(role, language), drafted }));
  return (
    <section className="card access-card" aria-label={t('access.role')}>
      <h3 className="section-title">{t('access.role')}</h3>
      {problems.filter((problem) => !problem.path.startsWith('/label')).map((problem, index) => <p key={index} className="control-error no-margin">{problem.message}</p>)}
      <LabelInputs label={t('access.label')} value={role.label} required error={messageAt(problems, 'label')} onChange={(label) => bench.edit({ ...role, label }, `${role.name}:label`)} />
      <div className="column gap-8 switches">
        {RIGHTS.map((right) => <Switch key={right} label={t(`right.${right}`)} description={t(`right.${right}_text`)} checked={Boolean(role.rights?.includes(right))} onChange={() => bench.edit(toggleRight(role, right))} />)}
      </div>
      {published && <RolePeople role={role.name} />}
      <div className="row gap-4 access-acts">
        {administer && published && <Button variant="subtle" size="xs" leftSection={<IconEye size={15} stroke={1.75} />} onClick={see} aria-describedby={drafted ? 'see-as-published' : undefined}>{t('access.see_as')}</Button>}
        <Button variant="subtle" size="xs" leftSection={<IconCopy size={15} stroke={1.75} />} onClick={onCopy}>{t('access.copy')}</Button>
        <Button variant="subtle" size="xs" data-danger leftSection={<IconTrash size={15} stroke={1.75} />} onClick={() => { bench.removeDocument(keyOf(role)); onRemoved(); }}>{t('access.remove')}</Button>
      </div>
      {administer && published && drafted && <p id="see-as-published" className="hint no-margin">{t('access.see_as_published')}</p>}
    </section>
  );
}
