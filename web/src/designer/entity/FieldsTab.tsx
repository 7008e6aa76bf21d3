import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { countStates, findRows, type Row } from '../model/rows';
import type { Problem } from '../model/types';
import { useStudio } from '../state/StudioProvider';
import type { EntityView } from '../state/views';
import { FieldCards } from './FieldCards';
import { FieldGrid } from './FieldGrid';
import { StatesBar } from './StatesBar';
import { useEntityEdit } from './useEntityEdit';

/** The fields of an entity, to be edited in place. */
export function FieldsTab({ view, rows, problems, wide }: { view: EntityView; rows: Row[]; problems: Problem[]; wide: boolean }) {
  const { t } = useTranslation('studio');
  const { state } = useStudio();
  const edit = useEntityEdit(view);
  const [words, setWords] = useState('');
  const [only, setOnly] = useState('all');
  const adding = useRef<HTMLInputElement>(null);
  const states = countStates(rows);
  const changed = rows.length - states.same;
  const found = findRows(rows, words).filter((row) => only === 'all' || row.state !== 'same');
  const shared = { view, rows: found, problems, edit, adding, whole: found.length === rows.length };

  return (
    <>
      <div className="bar fields-bar">
        <TextInput size="xs" w={180} value={words} onChange={(event) => setWords(event.currentTarget.value)} placeholder={t('fields.find')} aria-label={t('fields.find')} leftSection={<IconSearch size={14} stroke={1.75} />} />
        <SegmentedControl aria-label={t('fields.which')} value={only} onChange={setOnly} data={[{ value: 'all', label: t('fields.all') }, { value: 'changed', label: t('fields.changed', { count: changed }) }]} />
        <span className="grow" />
        <Button size="xs" variant="default" leftSection={<IconPlus size={15} stroke={1.75} />} onClick={() => { setOnly('all'); setWords(''); adding.current?.focus(); adding.current?.scrollIntoView({ block: 'nearest' }); }}>{t('fields.add')}</Button>
      </div>
      {wide ? <FieldGrid {...shared} /> : <FieldCards {...shared} />}
      {changed > 0 && state.ready && <StatesBar states={states} />}
    </>
  );
}
