import '@/measures/measures.css';
import { ActionIcon, Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconChartBar, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/error';
import { IndicatorCard } from '@/measures/IndicatorCard';
import { State } from '@/ui/State';
import { asShown, newMeasure } from '../model/measure';
import { ofDocument } from '../model/problems';
import { SAMPLES } from '../model/samples';
import { keyOf, labelOf, type MeasureDoc } from '../model/types';
import { usesOfMeasure } from '../model/usage';
import { ListPane } from '../parts/ListPane';
import { UseList } from '../parts/UseList';
import { tryMeasure } from '../state/api';
import { useStudio } from '../state/StudioProvider';
import { MeasureForm } from './MeasureForm';

/** Totals and KPI: what is counted, of which records, and how it is shown; its value as it is drawn stands beside it. */
export function MeasuresPage() {
  const { t } = useTranslation('studio');
  const { bench, measures, entities, language, changed } = useStudio();
  const { measure: chosen } = useSearch({ strict: false }) as { measure?: string };
  const navigate = useNavigate();
  const doc = measures.find((one) => one.name === chosen) ?? measures[0];
  const open = (name?: string) => void navigate({ to: '/studio/measures', search: { measure: name } as never });
  const first = entities.find((view) => !view.system)?.name;
  const add = () => {
    if (!first) return;
    const made = newMeasure(SAMPLES.measure, measures.at(-1)?.entity ?? first, measures.map((one) => one.name));
    bench.edit(made);
    open(made.name);
  };
  const button = <Button variant="default" disabled={!first} leftSection={<IconPlus size={15} stroke={1.75} />} onClick={add}>{t('measures.add')}</Button>;
  if (!doc) return <State icon={<IconChartBar size={22} stroke={1.75} />} title={t('measures.none')} text={t(first ? 'measures.none_text' : 'measures.no_entities')}>{button}</State>;
  return (
    <ListPane wide title={t('crumb.measures')} items={measures.map((one) => ({ name: one.name, label: labelOf(one, language), changed: changed.has(keyOf(one)) }))} chosen={doc.name} onChoose={open} action={button}>
      <Measure key={doc.name} doc={doc} onRemove={() => { bench.removeDocument(keyOf(doc)); open(); }} />
    </ListPane>
  );
}

function Measure({ doc, onRemove }: { doc: MeasureDoc; onRemove: () => void }) {
  const { t } = useTranslation('studio');
  const { bench, documents, state, language } = useStudio();
  const uses = useMemo(() => usesOfMeasure(doc.name, documents), [doc.name, documents]);
  const problems = ofDocument(state.problems, keyOf(doc));
  const save = (next: MeasureDoc, mark?: string) => bench.edit(next, mark && `${doc.name}:${mark}`);
  const [settled] = useDebouncedValue(doc, 600);
  const tried = useQuery({ queryKey: ['measures', 'try', settled], queryFn: ({ signal }) => tryMeasure(settled, signal), retry: false, placeholderData: (before) => before });
  const wrong = tried.error instanceof ApiError ? (tried.error.errors.length ? tried.error.errors.map((one) => one.message) : [tried.error.message]) : [];
  const expressionMistake = tried.error instanceof ApiError ? tried.error.errors.find((one) => one.path?.startsWith('/document/expression'))?.message : undefined;
  return (
    <>
      <div className="row gap-8"><h2 className="page-title grow">{labelOf(doc, language)}</h2>
        <code className="size-12 dim">{doc.name}</code>
        <ActionIcon aria-label={t('measures.remove')} title={t('measures.remove')} onClick={onRemove}><IconTrash size={16} stroke={1.75} /></ActionIcon>
      </div>
      <div className="measure-columns">
        <MeasureForm doc={doc} problems={problems} mistake={expressionMistake} save={save} />
        <aside className="measure-preview" aria-label={t('measures.preview')}>
          <div className="form-label" aria-hidden>{t('measures.preview')}</div>
          <IndicatorCard measure={asShown(doc, language)} answer={wrong.length ? undefined : tried.data} failure={wrong.length ? wrong.join(' ') : undefined} given={{}} onGive={() => undefined} />
          <p className="hint">{t('measures.preview_text')}</p>
          <UseList title={t('properties.used_by', { count: uses.length })} uses={uses} />
        </aside>
      </div>
    </>
  );
}
