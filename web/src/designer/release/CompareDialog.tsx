import { Modal, Select } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { diffSets } from '../model/diff';
import { labelOf, type Doc, type Revision } from '../model/types';
import { documentsOf } from '../state/api';
import { useStudio } from '../state/StudioProvider';
import { DifferenceLines } from './DifferenceLines';

const DRAFT = 'draft';

/** Two revisions (or one and the draft) side by side, in human words. */
export function CompareDialog({ revisions, from, onClose }: { revisions: Revision[]; from: number; onClose: () => void }) {
  const { t } = useTranslation('studio');
  const { state, documents, language } = useStudio();
  const [left, setLeft] = useState(String(from));
  const [right, setRight] = useState(String(state.revision));
  const data = [{ value: DRAFT, label: t('release.draft') }, ...[...revisions].sort((a, b) => b.revision - a.revision).map((one) => ({ value: String(one.revision), label: `${one.revision}${one.note ? ` · ${one.note}` : ''}` }))];
  const read = (which: string) => ({ queryKey: ['revision', which], queryFn: () => documentsOf(Number(which)), enabled: which !== DRAFT, staleTime: Infinity });
  const a = useQuery(read(left));
  const b = useQuery(read(right));
  const before: Doc[] | undefined = left === DRAFT ? documents : a.data;
  const after: Doc[] | undefined = right === DRAFT ? documents : b.data;
  const pairs = useMemo(() => (before && after ? diffSets(before, after) : undefined), [before, after]);

  return (
    <Modal opened onClose={onClose} size={640} title={t('release.compare_title')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <div className="row gap-8 compare-head">
        <Select className="grow" aria-label={t('release.from')} data={data} value={left} onChange={(value) => value && setLeft(value)} />
        <IconArrowRight size={16} stroke={1.75} className="dim" aria-hidden />
        <Select className="grow" aria-label={t('release.to')} data={data} value={right} onChange={(value) => value && setRight(value)} />
      </div>
      <div className="column gap-16" aria-live="polite">
        {pairs?.length === 0 && <p className="hint">{t('release.same')}</p>}
        {pairs?.map(({ before: was, after: now, differences }) => {
          const doc = (now ?? was)!;
          return <section key={`${doc.kind}/${doc.name}`}><h3 className="section-title">{labelOf(doc, language)} <span className="dim medium">{t(`kind.${doc.kind}`)}</span></h3><DifferenceLines differences={differences} /></section>;
        })}
      </div>
    </Modal>
  );
}
