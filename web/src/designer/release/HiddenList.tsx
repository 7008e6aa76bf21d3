import { Button, Checkbox, Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconRestore, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalog } from '@/catalog/useCatalog';
import { currentLocale } from '@/i18n';
import { restoreField } from '../model/fields';
import { keyOf, labelOf, type EntityDoc, type Hidden } from '../model/types';
import { hiddenThings, lastWith, purge } from '../state/api';
import { useStudio } from '../state/StudioProvider';

/** What was dropped and is kept: it can be put back into the draft, until an administrator deletes it for good. */
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
  const back = useMutation({
    mutationFn: async (item: Hidden) => {
      const last = await lastWith(item);
      const documents = [...state.documents.values()];
      const now = last && documents.find((doc): doc is EntityDoc => doc.kind === 'entity' && doc.id === last.id);
      if (!last || (item.kind === 'entity' ? state.documents.has(keyOf(last)) : !now)) throw new Error(t('hidden.not_restored', { name: title(item) }));
      bench.edit(item.kind === 'entity' ? last : restoreField(now!, last, item.id));
    },
    onSuccess: (_, item) => notifications.show({ color: 'green', message: t('hidden.restored', { name: title(item) }) }),
    onError: (error) => notifications.show({ color: 'red', message: error.message }),
  });
  const items = hidden.data ?? [];
  if (!items.length) return null;
  const title = (item: Hidden) => [labelOf(item.entity, language), item.field && labelOf(item.field, language)].filter(Boolean).join(' › ') + (item.kind === 'values' ? `, ${t('hidden.values')}` : '');
  const isBack = (item: Hidden) => [...state.documents.values()].some((doc) => doc.kind === 'entity' && (item.kind === 'entity' ? doc.id === item.id : doc.fields?.some((field) => field.id === item.id)));
  const rows = (item: Hidden) => t('release.rows', { count: item.rows, number: item.rows.toLocaleString(currentLocale()) });
  const putBack = (item: Hidden) => {
    const label = t(isBack(item) ? 'hidden.in_draft' : 'hidden.restore');
    return <Button size="compact-xs" variant="default" leftSection={<IconRestore size={14} stroke={1.75} />} aria-label={`${label}: ${title(item)}`} loading={back.isPending && back.variables.id === item.id} disabled={isBack(item)} onClick={() => back.mutate(item)}>{label}</Button>;
  };

  return (
    <section aria-label={t('hidden.title')} className="revisions">
      <h3 className="strong size-14 revisions-head">{t('hidden.title')}</h3>
      <p className="hint revisions-none">{t('hidden.text')}</p>
      <ul className="plain-list">
        {items.map((item) => (
          <li key={item.id} className="revision hidden-row">
            {administers
              ? <Checkbox className="grow" label={title(item)} checked={chosen.includes(item.id)} onChange={(event) => setChosen(event.currentTarget.checked ? [...chosen, item.id] : chosen.filter((id) => id !== item.id))} />
              : <span className="grow">{title(item)}</span>}
            <span className="size-12 dim numbers">{rows(item)}</span>
            {item.kind !== 'values' && putBack(item)}
          </li>
        ))}
      </ul>
      {administers && <Button size="compact-sm" variant="default" data-danger mx={16} my={8} disabled={!chosen.length} leftSection={<IconTrash size={14} stroke={1.75} />} onClick={() => setAsked(true)}>{t('hidden.purge', { count: chosen.length })}</Button>}
      <Modal opened={asked} onClose={() => setAsked(false)} title={t('hidden.ask')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
        <ul>{items.filter((item) => chosen.includes(item.id)).map((item) => <li key={item.id}>{title(item)}: <span className="numbers">{rows(item)}</span></li>)}</ul>
        <p className="hint">{t('hidden.ask_text')}</p>
        <div className="row gap-8 right"><Button variant="subtle" onClick={() => setAsked(false)}>{t('common:action.cancel')}</Button><Button color="red.9" loading={gone.isPending} onClick={() => gone.mutate()}>{t('hidden.confirm')}</Button></div>
      </Modal>
    </section>
  );
}
