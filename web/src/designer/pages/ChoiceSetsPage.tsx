import { ActionIcon, Button } from '@mantine/core';
import { IconListCheck, IconPlus, IconTrash } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { State } from '@/ui/State';
import { newChoiceSet } from '../model/entities';
import { messageAt, ofDocument } from '../model/problems';
import { SAMPLES } from '../model/samples';
import { keyOf, labelOf } from '../model/types';
import { usesOfChoiceSet } from '../model/usage';
import { ChoicesEditor } from '../parts/ChoicesEditor';
import { LabelInputs } from '../parts/LabelInputs';
import { ListPane } from '../parts/ListPane';
import { UseList } from '../parts/UseList';
import { useStudio } from '../state/StudioProvider';

/** Choices shared by several fields. */
export function ChoiceSetsPage() {
  const { t } = useTranslation('studio');
  const { bench, state, choiceSets, language, documents, changed } = useStudio();
  const { set: chosen } = useSearch({ strict: false }) as { set?: string };
  const navigate = useNavigate();
  const doc = choiceSets.find((one) => one.name === chosen) ?? choiceSets[0];
  const problems = doc ? ofDocument(state.problems, keyOf(doc)) : [];
  const uses = doc ? usesOfChoiceSet(doc.name, documents) : [];
  const open = (name?: string) => void navigate({ to: '/studio/choices', search: { set: name } });
  const add = () => {
    const made = newChoiceSet(SAMPLES.choiceSet, choiceSets.map((one) => one.name));
    bench.edit(made);
    open(made.name);
  };
  const button = <Button variant="default" leftSection={<IconPlus size={15} stroke={1.75} />} onClick={add}>{t('sets.add')}</Button>;
  if (!doc) return <State icon={<IconListCheck size={22} stroke={1.75} />} title={t('sets.none')} text={t('sets.none_text')}>{button}</State>;

  return (
    <ListPane title={t('crumb.choices')} items={choiceSets.map((one) => ({ name: one.name, label: labelOf(one, language), count: one.choices?.length, changed: changed.has(keyOf(one)) }))} chosen={doc.name} onChoose={open} action={button}>
      <div className="row gap-8"><h2 className="page-title grow">{labelOf(doc, language)}</h2>
        <ActionIcon aria-label={t('sets.remove')} title={t('sets.remove')} onClick={() => { bench.removeDocument(keyOf(doc)); open(); }}><IconTrash size={16} stroke={1.75} /></ActionIcon>
      </div>
      <LabelInputs label={t('sets.label')} value={doc.label} required error={messageAt(problems, 'label')} onChange={(label) => bench.edit({ ...doc, label }, `${doc.name}:label`)} />
      <ChoicesEditor choices={doc.choices ?? []} error={messageAt(problems, 'choices')} onChange={(choices, mark) => bench.edit({ ...doc, choices }, mark && `${doc.name}:${mark}`)} />
      <UseList title={t('properties.used_by', { count: uses.length })} uses={uses} />
    </ListPane>
  );
}
