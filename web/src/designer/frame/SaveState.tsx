import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCloudCheck, IconCloudOff, IconCloudUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { currentLocale } from '@/i18n';
import { useStudio } from '../state/StudioProvider';

/** Whether what was drawn is kept on the server. */
export function SaveState() {
  const { t } = useTranslation('studio');
  const { state, bench } = useStudio();
  const time = state.savedAt?.toLocaleTimeString(currentLocale(), { hour: '2-digit', minute: '2-digit' });

  const [icon, text, tone] = {
    clean: [null, '', ''],
    waiting: [<IconCloudUp key="i" size={15} stroke={1.75} />, t('save.waiting'), ''],
    saving: [<IconCloudUp key="i" size={15} stroke={1.75} />, t('save.waiting'), ''],
    saved: [<IconCloudCheck key="i" size={15} stroke={1.75} className="ok" />, t('save.saved', { time }), ''],
    refused: [<IconAlertTriangle key="i" size={15} stroke={1.75} />, t('save.refused'), 'warn'],
    offline: [<IconCloudOff key="i" size={15} stroke={1.75} />, t('save.offline'), 'warn'],
  }[state.status] as [React.ReactNode, string, string];

  return (
    <span className={`studio-save size-12 ${tone || 'dim'}`} role="status">
      {icon}<span className="save-text">{text}</span>
      {state.status === 'offline' && <Button size="compact-xs" variant="subtle" onClick={() => void bench.flush()}>{t('common:action.retry')}</Button>}
    </span>
  );
}
