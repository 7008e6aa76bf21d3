import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { messagesByField } from '@/api/error';
import { session } from '@/api/session';
import { toast } from '@/ui/toast';
import { Block } from './Block';

/** The account at the company's own sign-in, where there is one. */
export function CompanyAccount() {
  const { t } = useTranslation('account');
  const linked = useQuery({ queryKey: ['oidc', 'link'], queryFn: session.oidcLinked });
  async function act(what: () => Promise<void>) {
    await what().catch((cause: unknown) => toast(Object.values(messagesByField(cause))[0] ?? '', { tone: 'bad' }));
    await linked.refetch();
  }
  if (linked.data === undefined || linked.data === null) return null;
  return (
    <Block title={t('oidc.account')} text={t('oidc.account_text')}>
      <div className="row gap-8"><span className="grow muted">{t(linked.data ? 'oidc.linked' : 'oidc.not_linked')}</span>
        {linked.data ? <Button variant="subtle" color="red" onClick={() => void act(session.unlinkOidc)}>{t('oidc.unlink')}</Button> : <Button variant="default" onClick={() => void act(() => session.linkOidc('/me'))}>{t('oidc.link')}</Button>}
      </div>
    </Block>
  );
}
