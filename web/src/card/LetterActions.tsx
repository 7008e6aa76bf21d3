import { Button } from '@mantine/core';
import { IconArrowUpRight, IconSend } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { ApiError } from '@/api/error';
import { records } from '@/api/records';
import type { RecordData, Reference } from '@/catalog/types';
import { useCatalog } from '@/catalog/useCatalog';
import { recordTitle } from '@/fields/title';
import { quote } from '@/list/filter/compose';
import { toast } from '@/ui/toast';

/** What a letter is about, and, where it did not go, the way to send it once more for those who may. */
export function LetterActions({ letter }: { letter: RecordData }) {
  const { t } = useTranslation('work');
  const { data } = useCatalog();
  const client = useQueryClient();
  const entity = data.entities.find((one) => one.id === letter.entity);
  const request = { select: ['id', ...(entity?.title ? [entity.title] : [])], filter: `id == ${quote(String(letter.record))}`, limit: 1 };
  const about = useQuery({ queryKey: ['records', entity?.name, 'about', request], queryFn: ({ signal }) => records.query(entity!.name, request, signal), enabled: !!entity && !!letter.record });
  const record = about.data?.items[0];
  const again = useMutation({
    mutationFn: () => api.post<RecordData>(`/api/letters/${letter.id}/send`),
    onSuccess: () => Promise.all(['records', 'record', 'history'].map((queryKey) => client.invalidateQueries({ queryKey: [queryKey] }))),
    onError: (error) => toast(error instanceof ApiError ? (error.errors[0]?.message ?? error.message) : t('card.not_saved')),
  });
  const may = data.rights.administer || (letter.created_by as Reference | null)?.id === data.user.id;
  return (
    <>
      {entity && record && <Link to="/e/$entity/$id" params={{ entity: entity.name, id: record.id }} className="row gap-6 primary medium"><IconArrowUpRight size={15} stroke={1.75} /><span className="ellipsis">{entity.label}: {recordTitle(entity, record)}</span></Link>}
      {letter.status === 'failed' && may && <Button variant="default" leftSection={<IconSend size={15} stroke={1.75} />} loading={again.isPending} onClick={() => again.mutate()}>{t('card.send_again')}</Button>}
    </>
  );
}
