import { Button, Popover, TextInput, UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Field } from '@/catalog/types';
import { FieldValue } from '@/fields/FieldValue';
import { ProblemText } from '@/fields/Problem';
import type { Sample } from '../../state/api';
import type { useSamples } from './useSamples';

interface Props {
  of: ReturnType<typeof useSamples>;
  field: Field;
  /** Undefined while they are asked for, null where they cannot be told. */
  values: Sample[] | null | undefined;
  stale: boolean;
}

/** What the formula gives on real records, and why it gives nothing. */
export function SampleValues({ of, field, values, stale }: Props) {
  const { t } = useTranslation('studio');
  if (of.isLoading) return null;
  if (!of.samples.length) return <p className="hint">{t(of.readable ? 'formula.no_records' : 'formula.not_readable')}</p>;
  return (
    <div>
      <div className="row between">
        <span className="form-label" style={{ margin: 0 }}>{t('formula.on_records')}</span>
        <Choose of={of} />
      </div>
      {values === null && <p className="hint">{t('formula.not_published')}</p>}
      {values !== null && (
        <dl className="sample-list" aria-live="polite" data-stale={stale || undefined}>
          {of.samples.map((record) => {
            const sample = values?.find((one) => one.id === record.id);
            return (
              <div key={record.id} className="sample-row">
                <dt className="ellipsis" title={record.title}>{record.title}</dt>
                <dd>
                  {sample && (sample.value === null || sample.value === '' ? (sample.problem ? <ProblemText code={sample.problem} /> : <span className="dim">{t('fields.empty')}</span>) : <b className="numbers medium"><FieldValue field={field} value={sample.value} inRow /></b>)}
                  {values && !sample && <span className="dim">{t('formula.closed')}</span>}
                </dd>
              </div>
            );
          })}
        </dl>
      )}
    </div>
  );
}

function Choose({ of }: { of: Props['of'] }) {
  const { t } = useTranslation('studio');
  const [opened, setOpened] = useState(false);
  const [words, setWords] = useState('');
  const found = useQuery({ queryKey: ['records', 'choose-sample', of.samples[0]?.id, words], queryFn: ({ signal }) => of.find(words, signal), enabled: opened, placeholderData: (before) => before });
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={280} withinPortal trapFocus returnFocus>
      <Popover.Target><Button size="compact-xs" variant="subtle" onClick={() => setOpened(!opened)}>{t('formula.choose')}</Button></Popover.Target>
      <Popover.Dropdown p={8}>
        <TextInput placeholder={t('formula.find_record')} aria-label={t('formula.find_record')} value={words} onChange={(event) => setWords(event.currentTarget.value)} leftSection={<IconSearch size={15} stroke={1.75} />} data-autofocus />
        <div className="function-list">
          {(found.data ?? []).map((record) => <UnstyledButton key={record.id} className="function-row" onClick={() => { of.choose(record); setOpened(false); }}>{record.title}</UnstyledButton>)}
          {found.data?.length === 0 && <div className="dim size-12" style={{ padding: 8 }}>{t('common:palette.nothing')}</div>}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
