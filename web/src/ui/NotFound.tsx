import { Button } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { State } from './State';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <State icon={<IconMapOff size={22} stroke={1.75} />} title={t('state.not_found')} text={t('state.not_found_text')}>
      <Button component={Link} to="/">{t('action.go_home')}</Button>
    </State>
  );
}
