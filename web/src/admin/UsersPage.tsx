import './admin.css';
import { ActionIcon, Button, Switch, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { IconEye, IconPencil, IconPlus, IconSearch, IconShieldCheck, IconUsersGroup } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, messagesByField } from '@/api/error';
import { startPreview } from '@/api/preview';
import { records } from '@/api/records';
import { session } from '@/api/session';
import { useCatalog } from '@/catalog/useCatalog';
import type { RecordData, Reference } from '@/catalog/types';
import { ErrorState } from '@/ui/ErrorState';
import { Avatar, Badge } from '@/ui/marks';
import { hueOf } from '@/ui/hue';
import { toast } from '@/ui/toast';
import { AdminTabs } from './AdminTabs';
import { useRoles } from './useRoles';
import { UserDialog } from './UserDialog';

const SELECT = ['id', 'version', 'name', 'email', 'roles', 'teams', 'is_active', 'language'];
const LIMIT = 200;

/** People of the workspace: who they are, what roles they have, whether they may sign in. */
export function UsersPage() {
  const { t } = useTranslation(['work', 'account']);
  const catalog = useCatalog();
  const client = useQueryClient();
  const [typed, setTyped] = useState('');
  const [quick] = useDebouncedValue(typed.trim(), 200);
  const [editing, setEditing] = useState<RecordData | 'new' | null>(null);
  const allowed = catalog.data.rights.administer && !!catalog.entity('user');
  const users = useQuery({ queryKey: ['records', 'user', 'admin', quick], queryFn: ({ signal }) => records.query('user', { select: SELECT, sort: ['name'], quick: quick || undefined, limit: LIMIT, count: 'exact' }, signal), enabled: allowed });
  const holders = useQuery({ queryKey: ['factor', 'holders'], queryFn: session.factorHolders, enabled: allowed });
  const { labelOf } = useRoles(allowed);
  if (!allowed) return <ErrorState error={new ApiError(403, { title: t('common:state.no_access') })} />;

  async function activate(user: RecordData, active: boolean, undone = false): Promise<void> {
    try {
      const saved = await records.update('user', user.id, { is_active: active }, user.version);
      await client.invalidateQueries({ queryKey: ['records', 'user'] });
      toast(t(active ? 'users.activated' : 'users.deactivated', { name: String(user.name) }), undone ? {} : { undo: () => activate({ ...user, version: saved.version }, !active, true) });
    } catch (cause) {
      toast(Object.values(messagesByField(cause))[0] ?? t('list.not_saved'), { tone: 'bad' });
    }
  }
  return (
    <>
      <AdminTabs title={t('users.title')}><span className="row gap-8 admin-actions"><Button variant="default" component={Link} to="/e/team" leftSection={<IconUsersGroup size={15} stroke={1.75} />}>{t('users.all_teams')}</Button><Button leftSection={<IconPlus size={15} stroke={1.75} />} onClick={() => setEditing('new')}>{t('users.add')}</Button></span></AdminTabs>
      <div className="bar"><TextInput type="search" aria-label={t('users.search')} placeholder={t('users.search')} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} leftSection={<IconSearch size={14} stroke={1.75} />} style={{ width: 280, maxWidth: '100%' }} /><span className="grow" />{users.data && <span className="dim size-12 numbers">{t('users.count', { count: users.data.count ?? users.data.items.length })}</span>}</div>
      {users.isError && <ErrorState error={users.error} retry={() => void users.refetch()} />}
      <div className="users" role="table" aria-label={t('users.title')}>
        <div role="row" className="user-row user-head"><span role="columnheader">{t('users.name')}</span><span role="columnheader">{t('users.email')}</span><span role="columnheader">{t('users.roles')}</span><span role="columnheader">{t('users.active')}</span><span role="columnheader" aria-label={t('common:action.edit')} /></div>
        {(users.data?.items ?? []).map((user) => {
          const name = String(user.name || user.email);
          return (
            <div role="row" key={user.id} className="user-row" data-inactive={user.is_active === false || undefined}>
              <span role="cell" className="row gap-8"><Avatar name={name} size={24} /><span className="medium ellipsis">{name}</span>{holders.data?.includes(user.id) && <IconShieldCheck size={15} stroke={1.75} color="var(--ok)" aria-label={t('account:factor.on')} />}</span>
              <span role="cell" className="muted ellipsis user-email">{String(user.email)}</span>
              <span role="cell" className="row gap-4" style={{ flexWrap: 'wrap' }}>{((user.roles as Reference[] | null) ?? []).map((role) => <Badge key={role.id} dot={false} hue={hueOf(role.title ?? role.id)}>{labelOf(role)}</Badge>)}</span>
              <span role="cell"><Switch aria-label={t('users.may_sign_in', { name })} checked={user.is_active !== false} disabled={user.id === catalog.data.user.id} onChange={(event) => void activate(user, event.currentTarget.checked)} /></span>
              <span role="cell" className="row gap-4">{user.id !== catalog.data.user.id && user.is_active !== false && <ActionIcon aria-label={t('users.see_as', { name })} title={t('users.see_as', { name })} onClick={() => startPreview({ of: `user:${user.id}`, label: name })}><IconEye size={16} stroke={1.75} /></ActionIcon>}<Button variant="subtle" size="xs" leftSection={<IconPencil size={15} stroke={1.75} />} aria-label={t('users.edit', { name })} onClick={() => setEditing(user)}>{t('common:action.edit')}</Button></span>
            </div>
          );
        })}
      </div>
      {editing && <UserDialog user={editing === 'new' ? null : editing} hasFactor={editing !== 'new' && !!holders.data?.includes(editing.id)} onClose={() => setEditing(null)} onSaved={() => { setEditing(null); void client.invalidateQueries({ queryKey: ['factor'] }); void client.invalidateQueries({ queryKey: ['records', 'user'] }); }} />}
    </>
  );
}
