import './datasets.css';
import { Button } from '@mantine/core';
import { IconPlus, IconTable } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { State } from '@/ui/State';
import { isSql } from '../model/dataset';
import { type DatasetDoc, keyOf, labelOf } from '../model/types';
import { ListPane } from '../parts/ListPane';
import { useStudio } from '../state/StudioProvider';
import { About } from './About';
import { Columns } from './Columns';
import { DatasetHeader } from './DatasetHeader';
import { NewDatasetDialog } from './NewDatasetDialog';
import { Preview } from './Preview';
import { RowsKept } from './RowsKept';
import { Sources } from './Sources';
import { SqlColumns } from './SqlColumns';
import { SqlSource } from './SqlSource';
import { useDataset } from './useDataset';

/** Datasets: rows composed of the records of entities, read like an entity. */
export function DatasetsPage() {
  const { t } = useTranslation('studio');
  const { datasets, language, changed } = useStudio();
  const { set: chosen } = useSearch({ strict: false }) as { set?: string };
  const navigate = useNavigate();
  const [adding, setAdding] = useState(false);
  const known = useRef<string>(undefined);
  // A rename leaves the address behind: the page stays with the dataset.
  const doc = datasets.find((one) => one.name === chosen) ?? datasets.find((one) => one.id === known.current) ?? datasets[0];
  useEffect(() => {
    const isRenamed = chosen !== undefined && doc !== undefined && doc.name !== chosen && doc.id === known.current;
    known.current = doc?.id;
    if (isRenamed) void navigate({ to: '/studio/datasets', search: { set: doc.name } as never, replace: true });
  }, [chosen, doc, navigate]);
  const open = (name?: string) => {
    known.current = undefined;
    void navigate({ to: '/studio/datasets', search: { set: name } as never });
  };
  const button = <Button variant="default" leftSection={<IconPlus size={15} stroke={1.75} />} onClick={() => setAdding(true)}>{t('datasets.add')}</Button>;
  const dialog = adding && <NewDatasetDialog onClose={() => setAdding(false)} onMade={open} />;
  if (!doc) return <><State icon={<IconTable size={22} stroke={1.75} />} title={t('datasets.none')} text={t('datasets.none_text')}>{button}</State>{dialog}</>;
  return (
    <ListPane wide title={t('crumb.datasets')} items={datasets.map((one) => ({ name: one.name, label: labelOf(one, language), count: isSql(one) ? undefined : one.fields.length, changed: changed.has(keyOf(one)) }))} chosen={doc.name} onChoose={open} action={button}>
      <Editor key={doc.id ?? doc.name} doc={doc} onRemoved={() => open()} />
      {dialog}
    </ListPane>
  );
}

function Editor({ doc, onRemoved }: { doc: DatasetDoc; onRemoved: () => void }) {
  const set = useDataset(doc);
  return (
    <>
      <DatasetHeader set={set} onRemoved={onRemoved} />
      <About set={set} />
      {isSql(doc)
        ? <><SqlSource set={set} /><SqlColumns set={set} /></>
        : <><Sources set={set} /><Columns set={set} /><RowsKept set={set} /></>}
      <Preview set={set} />
    </>
  );
}
