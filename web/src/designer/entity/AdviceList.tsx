import { Button } from '@mantine/core';
import { IconBulb, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { formatDecimal } from '@/fields/numbers';
import { labelOf } from '../model/types';
import { useStudio } from '../state/StudioProvider';
import type { EntityView } from '../state/views';
import { useEntityEdit } from './useEntityEdit';

interface Advice {
  fields: string[];
  times: number;
  records: number;
}

/** Indexes that would help, from what people filter and sort by; a click puts one into the draft. */
export function AdviceList({ view }: { view: EntityView }) {
  const { t } = useTranslation('studio');
  const { language } = useStudio();
  const edit = useEntityEdit(view);
  const found = useQuery({ queryKey: ['advice', view.doc.name], queryFn: () => api.get<{ items: Advice[] }>(`/api/meta/advice/${encodeURIComponent(view.doc.name)}`), retry: false, staleTime: 30_000 });
  const indexes = view.doc.indexes ?? [];
  const label = (name: string) => {
    const field = view.doc.fields?.find((one) => one.name === name);
    return field ? labelOf(field, language) : t(`attribute.${name}`, { defaultValue: name });
  };
  const advice = (found.data?.items ?? []).filter((one) => !indexes.some((names) => names.join() === one.fields.join()));
  if (!advice.length) return null;
  return (
    <section className="column gap-8">
      <h3 className="row gap-6 section-title"><IconBulb size={15} stroke={1.75} />{t('indexes.advice')}</h3>
      {advice.map((one) => (
        <div key={one.fields.join()} className="row gap-8 index-row">
          <span className="grow">{t('indexes.advice_text', { count: one.times, n: formatDecimal(one.times), records: formatDecimal(one.records), fields: one.fields.map(label).join(', ') })}</span>
          <Button variant="default" size="xs" leftSection={<IconPlus size={14} stroke={1.75} />} onClick={() => edit.save({ ...view.doc, indexes: [...indexes, one.fields] })}>{t('indexes.advice_add')}</Button>
        </div>
      ))}
    </section>
  );
}
