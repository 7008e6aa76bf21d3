import { ActionIcon, Button, CopyButton, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconCopy, IconPlus, IconTrash } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { messagesByField } from '@/api/error';
import { session } from '@/api/session';
import { formatDateTime } from '@/fields/dates';
import { toast } from '@/ui/toast';

const DAYS = ['30', '90', '365', ''];

/** API tokens of the person; the text of one is shown once. */
export function Tokens() {
  const { t } = useTranslation('work');
  const tokens = useQuery({ queryKey: ['tokens'], queryFn: session.tokens });
  const [name, setName] = useState('');
  const [days, setDays] = useState('90');
  const [made, setMade] = useState('');
  const [error, setError] = useState('');
  async function create(event: FormEvent) {
    event.preventDefault();
    try {
      setMade((await session.createToken(name.trim(), days ? Number(days) : null)).token);
      setName('');
      setError('');
      await tokens.refetch();
    } catch (cause) {
      setError(Object.values(messagesByField(cause))[0] ?? '');
    }
  }
  async function remove(id: string) {
    await session.deleteToken(id).catch((cause: unknown) => toast(Object.values(messagesByField(cause))[0] ?? '', { tone: 'bad' }));
    await tokens.refetch();
  }
  return (
    <>
      {(tokens.data ?? []).map((token) => (
        <div key={token.id} className="row gap-8 token-row">
          <span className="grow"><span className="medium">{token.name}</span><span className="dim size-12" style={{ display: 'block' }}>{token.expires_at ? t('me.token_until', { when: formatDateTime(token.expires_at) }) : t('me.token_forever')}{token.last_used_at ? ` · ${t('me.token_used', { when: formatDateTime(token.last_used_at) })}` : ''}</span></span>
          <ActionIcon aria-label={t('me.token_delete', { name: token.name })} onClick={() => void remove(token.id)}><IconTrash size={15} stroke={1.75} /></ActionIcon>
        </div>
      ))}
      {made && (
        <div className="token-made" role="status">
          <div className="medium">{t('me.token_made')}</div>
          <div className="row gap-8" style={{ marginTop: 6 }}><code className="mono grow token-text">{made}</code><CopyButton value={made}>{({ copied, copy }) => <Button variant="default" size="xs" leftSection={<IconCopy size={15} stroke={1.75} />} onClick={copy}>{t(copied ? 'me.copied' : 'me.copy')}</Button>}</CopyButton></div>
        </div>
      )}
      <form className="row gap-8 token-form" onSubmit={(event) => void create(event)}>
        <TextInput className="grow" label={t('me.token_name')} value={name} error={error || undefined} onChange={(event) => setName(event.currentTarget.value)} />
        <Select w={140} label={t('me.token_days')} value={days} onChange={(next) => setDays(next ?? '')} data={DAYS.map((value) => ({ value, label: value ? t('filter.days', { count: Number(value) }) : t('me.token_no_end') }))} />
        <Button type="submit" variant="default" disabled={!name.trim()} leftSection={<IconPlus size={15} stroke={1.75} />}>{t('me.token_create')}</Button>
      </form>
    </>
  );
}
