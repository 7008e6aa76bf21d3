import { Button, Checkbox, Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalog } from '@/catalog/useCatalog';
import { currentLocale } from '@/i18n';
import { labelOf, type Hidden } from '../model/types';
import { hiddenThings, purge } from '../state/api';
import { useStudio } from '../state/StudioProvider';

/** What was dropped and is kept: restoring a revision brings it back, until an administrator deletes it for good. */
export function HiddenList() {
  const { t } = useTranslation('studio');
  const { bench, state, language } = useStudio();
  const client = useQueryClient();
  const administers = useCatalog().data.rights.administer;
  const [chosen, setChosen] = useState<string[]>([]);
  const [asked, setAsked] = useState(false);
  const hidden = useQuery({ queryKey: ['hidden', state.revision], queryFn: hiddenThings });
  const gone = useMutation({
    mutationFn: () => purge(chosen),
    onSuccess: async () => {
      setChosen([]);
      setAsked(false);
      await Promise.all([client.invalidateQueries({ queryKey: ['hidden'] }), client.invalidateQueries({ queryKey: ['revisions'] }), bench.load()]);
    },
    onError: (error) => notifications.show({ color: 'red', message: error.message }),
  });
  const items = hidden.data ?? [];
  if (!items.length) return null;
  const title = (item: Hidden) => [labelOf(item.entity, language), item.field && labelOf(item.field, language)].filter(Boolean).join(' › ') + (item.kind === 'values' ? `, ${t('hidden.values')}` : '');
  const rows = (item: Hidden) => t('release.rows', { count: item.rows, number: item.rows.toLocaleString(currentLocale()) });

  return (
    <section aria-label={t('hidden.title')} className="revisions">
      <h3 className="strong size-14 revisions-head">{t('hidden.title')}</h3>
      <p className="hint revisions-none">{t('hidden.text')}</p>
      <ul className="plain-list">
        {items.map((item) => (
          <li key={item.id} className="revision">
            {administers
              ? <Checkbox className="grow" label={title(item)} checked={chosen.includes(item.id)} onChange={(event) => setChosen(event.currentTarget.checked ? [...chosen, item.id] : chosen.filter((id) => id !== item.id))} />
              : <span className="grow">{title(item)}</span>}
            <span className="size-12 dim numbers">{rows(item)}</span>
          </li>
        ))}
      </ul>
      {administers && <Button size="compact-sm" variant="default" data-danger mt={8} disabled={!chosen.length} leftSection={<IconTrash size={14} stroke={1.75} />} onClick={() => setAsked(true)}>{t('hidden.purge', { count: chosen.length })}</Button>}
      <Modal opened={asked} onClose={() => setAsked(false)} title={t('hidden.ask')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
        <ul>{items.filter((item) => chosen.includes(item.id)).map((item) => <li key={item.id}>{title(item)}: <span className="numbers">{rows(item)}</span></li>)}</ul>
        <p className="hint">{t('hidden.ask_text')}</p>
        <div className="row gap-8 right"><Button variant="subtle" onClick={() => setAsked(false)}>{t('common:action.cancel')}</Button><Button color="red" loading={gone.isPending} onClick={() => gone.mutate()}>{t('hidden.confirm')}</Button></div>
      </Modal>
    </section>
  );
}
