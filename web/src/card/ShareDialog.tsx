import { ActionIcon, Button, Modal, SegmentedControl, Select } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconTrash, IconUsersGroup } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Share, sharing } from '@/api/access';
import { messagesByField } from '@/api/error';
import type { Entity, Reference } from '@/catalog/types';
import { RecordSelect } from '@/fields/inputs/RecordSelect';
import { Avatar } from '@/ui/marks';

const LEVELS = ['read', 'update'] as const;

/** Opens one record to a person or a team, shows who has it so, and takes it back. */
export function ShareDialog({ entity, id, onClose }: { entity: Entity; id: string; onClose: () => void }) {
  const { t } = useTranslation('work');
  const client = useQueryClient();
  const key = ['shares', entity.name, id];
  const [kind, setKind] = useState<'user' | 'team'>('user');
  const [chosen, setChosen] = useState<Reference | null>(null);
  const [level, setLevel] = useState<Share['level']>('read');
  const shares = useQuery({ queryKey: key, queryFn: () => sharing.list(entity.name, id), retry: false, staleTime: 0 });
  const fresh = () => client.invalidateQueries({ queryKey: key });
  const add = useMutation({
    mutationFn: (share: Parameters<typeof sharing.add>[2]) => sharing.add(entity.name, id, share),
    onSuccess: () => { setChosen(null); void fresh(); },
  });
  const end = useMutation({ mutationFn: (share: string) => sharing.end(entity.name, id, share), onSuccess: fresh });
  const failure = add.error ?? end.error ?? shares.error;
  const levels = LEVELS.map((one) => ({ value: one, label: t(`share.${one}`) }));
  return (
    <Modal opened onClose={onClose} title={t('share.title')} size={520} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <div className="column gap-12">
        {failure && <div className="control-error" role="alert">{Object.values(messagesByField(failure)).join(' ')}</div>}
        {!shares.isError && (
          <>
            <SegmentedControl size="xs" value={kind} aria-label={t('share.with')} data={[{ value: 'user', label: t('share.person') }, { value: 'team', label: t('share.team') }]} onChange={(next) => { setKind(next as 'user' | 'team'); setChosen(null); }} />
            <div className="row gap-8 share-add">
              <div className="grow"><RecordSelect key={kind} id="share-with" label={t(kind === 'user' ? 'share.person' : 'share.team')} target={kind} value={chosen} onChange={setChosen} clearable /></div>
              <Select w={170} size="sm" aria-label={t('share.level')} allowDeselect={false} data={levels} value={level} onChange={(next) => next && setLevel(next as Share['level'])} />
              <Button disabled={!chosen} loading={add.isPending} onClick={() => chosen && add.mutate({ [kind]: chosen.id, level })}>{t('share.add')}</Button>
            </div>
            <p className="hint">{t('share.text')}</p>
          </>
        )}
        <div className="column gap-4" role="list" aria-label={t('share.list')}>
          {(shares.data ?? []).map((share) => {
            const name = share.user?.title ?? share.team?.title ?? t('share.unseen');
            return (
              <div key={share.id} role="listitem" className="row gap-8 share-row">
                {share.team ? <IconUsersGroup size={18} stroke={1.75} color="var(--text-3)" /> : <Avatar name={name} size={22} />}
                <span className="grow medium ellipsis">{name}</span>
                <Select w={170} size="xs" aria-label={t('share.level_of', { name })} allowDeselect={false} data={levels} value={share.level} onChange={(next) => next && next !== share.level && add.mutate({ ...(share.user ? { user: share.user.id } : { team: share.team!.id }), level: next as Share['level'] })} />
                <ActionIcon aria-label={t('share.end', { name })} title={t('share.end', { name })} onClick={() => end.mutate(share.id)}><IconTrash size={15} stroke={1.75} /></ActionIcon>
              </div>
            );
          })}
          {shares.data?.length === 0 && <p className="dim no-margin">{t('share.none')}</p>}
        </div>
      </div>
    </Modal>
  );
}
