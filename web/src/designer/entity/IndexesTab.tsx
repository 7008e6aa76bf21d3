import { ActionIcon, Button, MultiSelect } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { messageAt } from '../model/problems';
import { type FieldDoc, labelOf, type Problem } from '../model/types';
import { useStudio } from '../state/StudioProvider';
import type { EntityView } from '../state/views';
import { AdviceList } from './AdviceList';
import { useEntityEdit } from './useEntityEdit';

const NEVER = new Set(['links', 'children', 'any_link', 'json', 'rich_text', 'secret', 'location', 'address', 'multi_choice']);
const ATTRIBUTES = ['owner', 'created_at', 'updated_at', 'created_by'];

/** Sets of fields that no two records share, and sets that make lists fast. */
export function IndexesTab({ view, problems }: { view: EntityView; problems: Problem[] }) {
  return (
    <div className="tab-body">
      <Sets view={view} problems={problems} part="unique" />
      <Sets view={view} problems={problems} part="indexes" />
      <AdviceList view={view} />
    </div>
  );
}

function Sets({ view, problems, part }: { view: EntityView; problems: Problem[]; part: 'unique' | 'indexes' }) {
  const { t } = useTranslation('studio');
  const { language } = useStudio();
  const edit = useEntityEdit(view);
  const sets = view.doc[part] ?? [];
  const isFit = ({ type, formula }: FieldDoc) => !NEVER.has(type) && (part === 'unique' ? !formula : formula?.mode !== 'dynamic');
  const fields = (view.doc.fields ?? []).filter(isFit).map((field) => ({ value: field.name, label: labelOf(field, language) }));
  const data = part === 'unique' ? fields : [...fields, ...ATTRIBUTES.filter((name) => !fields.some((field) => field.value === name)).map((name) => ({ value: name, label: t(`attribute.${name}`) }))];
  const set = (next: string[][]) => edit.save({ ...view.doc, [part]: next.length ? next : undefined });
  const free = data.find((one) => !sets.some((names) => names.length === 1 && names[0] === one.value));
  return (
    <section className="column gap-8">
      <h3 className="section-title">{t(`indexes.${part}`)} <span className="dim medium">{sets.length || ''}</span></h3>
      <p className="hint">{t(`indexes.${part}_text`)}</p>
      {sets.map((names, index) => (
        <div key={index} className="row gap-8 index-row">
          <MultiSelect className="grow" data={data} value={names} aria-label={t(`indexes.${part}_fields`, { number: index + 1 })} searchable error={messageAt(problems, `${part}/${index}`)} classNames={{ input: 'control-input', error: 'control-error' }}
            onChange={(next) => next.length && set(sets.map((one, at) => (at === index ? next : one)))} />
          <ActionIcon aria-label={t('indexes.remove')} title={t('indexes.remove')} onClick={() => set(sets.filter((_, at) => at !== index))}><IconTrash size={15} stroke={1.75} /></ActionIcon>
        </div>
      ))}
      <Button variant="default" w="fit-content" disabled={!free} leftSection={<IconPlus size={15} stroke={1.75} />} onClick={() => free && set([...sets, [free.value]])}>{t(`indexes.${part}_add`)}</Button>
    </section>
  );
}
