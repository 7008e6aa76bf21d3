import { Button, Menu } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { addPosting, newPosting } from '../model/balance';
import { useStudio } from '../state/StudioProvider';
import { PostingCard } from './PostingCard';
import type { Balance } from './useBalance';

/** What moves balances: a card for each kind of records that do. */
export function Postings({ set }: { set: Balance }) {
  const { t } = useTranslation('studio');
  const { entities, entity: entityOf } = useStudio();
  const { doc, catalog, problems, save } = set;
  const postings = doc.balance?.postings ?? [];
  const wrong = problems.find((problem) => problem.path === '/balance/postings')?.message;
  const add = (entity: string) => save(addPosting(doc, newPosting(catalog, doc, entity, entityOf(entity)?.doc.label ?? {})));
  return (
    <section className="column gap-8" aria-label={t('balances.postings')}>
      <div className="row gap-8 dataset-section">
        <h3 className="section-title">{t('balances.postings')}</h3><span className="grow" />
        <Menu position="bottom-end">
          <Menu.Target><Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} stroke={1.75} />}>{t('balances.add_posting')}</Button></Menu.Target>
          <Menu.Dropdown mah={340} style={{ overflowY: 'auto' }}>
            <Menu.Label>{t('balances.records')}</Menu.Label>
            {entities.filter((view) => !view.system).map((view) => <Menu.Item key={view.name} onClick={() => add(view.name)}>{view.label}</Menu.Item>)}
          </Menu.Dropdown>
        </Menu>
      </div>
      {postings.map((posting, at) => <PostingCard key={posting.id ?? posting.name} set={set} posting={posting} at={at} />)}
      <p className="hint">{t('balances.postings_text')}</p>
      {wrong && <p className="control-error" role="alert">{wrong}</p>}
    </section>
  );
}
