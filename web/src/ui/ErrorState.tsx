import { Button } from '@mantine/core';
import { IconAlertTriangle, IconFileOff, IconLock, IconWifiOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/error';
import { State } from './State';

/** What went wrong and what to do: no access, no such record, no connection, or the server's own sentence. */
export function ErrorState({ error, record = false, retry }: { error: unknown; record?: boolean; retry?: () => void }) {
  const { t } = useTranslation();
  const status = error instanceof ApiError ? error.status : -1;
  const again = retry && <Button variant="default" onClick={retry}>{t('action.retry')}</Button>;
  if (status === 0) return <State hue="amber" icon={<IconWifiOff size={22} stroke={1.75} />} title={t('state.offline')} text={t('state.offline_text')}>{again}</State>;
  if (status === 404 && record) return <State icon={<IconFileOff size={22} stroke={1.75} />} title={t('state.no_record')} text={t('state.no_record_text')} />;
  // The section itself is seen, but not this part of it; the server says why.
  if (status === 403 && error instanceof ApiError && error.code) return <State hue="rose" icon={<IconLock size={22} stroke={1.75} />} title={t('state.forbidden')} text={error.message} />;
  if (status === 403 || status === 404) return <State hue="rose" icon={<IconLock size={22} stroke={1.75} />} title={t('state.no_access')} text={t('state.no_access_text')} />;
  return <State hue="rose" icon={<IconAlertTriangle size={22} stroke={1.75} />} title={t('state.failed')} text={error instanceof Error ? error.message : undefined}>{again}</State>;
}
