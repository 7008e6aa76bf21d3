import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { messagesByField } from '@/api/error';
import { session } from '@/api/session';
import { formatAgo, formatDateTime } from '@/fields/dates';
import { toast } from '@/ui/toast';

/** `Firefox on Windows` of a browser's own long description. */
export function browserOf(agent: string | null | undefined): string {
  const text = agent ?? '';
  const name = ['Edg', 'OPR', 'YaBrowser', 'Firefox', 'Chrome', 'Safari'].find((item) => text.includes(item));
  const system = ['Windows', 'Android', 'iPhone', 'iPad', 'Mac OS', 'Linux'].find((item) => text.includes(item));
  return [name?.replace('Edg', 'Edge').replace('OPR', 'Opera'), system].filter(Boolean).join(', ');
}

/** Browsers the person is signed in with. */
export function Sessions() {
  const { t } = useTranslation(['work', 'account']);
  const sessions = useQuery({ queryKey: ['sessions'], queryFn: session.sessions });
  async function end(id: string) {
    await session.endSession(id).catch((cause: unknown) => toast(Object.values(messagesByField(cause))[0] ?? '', { tone: 'bad' }));
    await sessions.refetch();
  }
  async function endOthers() {
    await session.endOtherSessions().catch((cause: unknown) => toast(Object.values(messagesByField(cause))[0] ?? '', { tone: 'bad' }));
    await sessions.refetch();
  }
  const items = sessions.data ?? [];
  return (
    <>
      {items.map((item) => (
        <div key={item.id} className="row gap-8 token-row">
          <span className="grow"><span className="medium">{browserOf(item.user_agent) || t('me.session')}</span>{item.current && <span className="tag" style={{ marginLeft: 8 }}>{t('me.session_current')}</span>}<span className="dim size-12" style={{ display: 'block' }}>{t('me.session_used', { when: formatAgo(item.last_used_at), since: formatDateTime(item.created_at) })}{item.address ? ` · ${item.address}` : ''}</span></span>
          {!item.current && <Button variant="subtle" size="xs" onClick={() => void end(item.id)}>{t('me.session_end')}</Button>}
        </div>
      ))}
      {items.length > 1 && <Button variant="default" mt={12} mr={8} onClick={() => void endOthers()}>{t('account:sessions.end_others')}</Button>}
    </>
  );
}
