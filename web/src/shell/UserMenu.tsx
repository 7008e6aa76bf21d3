import { Menu, useMantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { IconCheck, IconDeviceDesktop, IconKeyboard, IconLogout, IconLogout2, IconMoon, IconSun, IconUserCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { session } from '@/api/session';
import { changeLanguage, currentLanguage, forgetChosenLanguage, LANGUAGES, type Language } from '@/i18n';
import { openHelp } from './GlobalShortcuts';
import { PersonButton } from './PersonButton';

export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', ru: 'Русский' };

/** Changes the language of the screens and of the person's record, and reads the labels again. */
export function useChangeLanguage() {
  const client = useQueryClient();
  return async (language: Language) => {
    forgetChosenLanguage();
    await changeLanguage(language);
    await session.change({ language }).catch(() => undefined);
    await client.invalidateQueries();
  };
}

export function useSignOut() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async (everywhere: boolean) => {
    await session.signOut(everywhere).catch(() => undefined);
    client.clear();
    await navigate({ to: '/login' });
  };
}

export function UserMenu({ folded }: { folded: boolean }) {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const navigate = useNavigate();
  const pickLanguage = useChangeLanguage();
  const signOut = useSignOut();
  const schemes = [['light', IconSun], ['dark', IconMoon], ['auto', IconDeviceDesktop]] as const;
  return (
    <Menu position="top-start" width={240}>
      <Menu.Target>
        <PersonButton folded={folded} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconUserCircle size={16} stroke={1.75} />} onClick={() => void navigate({ to: '/me' })}>{t('user.profile')}</Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={16} stroke={1.75} />} onClick={openHelp}>{t('user.shortcuts')}</Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('user.language')}</Menu.Label>
        {LANGUAGES.map((language) => (
          <Menu.Item key={language} lang={language} rightSection={currentLanguage() === language && <IconCheck size={15} stroke={2} />} onClick={() => void pickLanguage(language)}>{LANGUAGE_NAMES[language]}</Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t('user.theme')}</Menu.Label>
        {schemes.map(([scheme, Icon]) => (
          <Menu.Item key={scheme} leftSection={<Icon size={16} stroke={1.75} />} rightSection={colorScheme === scheme && <IconCheck size={15} stroke={2} />} onClick={() => setColorScheme(scheme)}>{t(`user.theme_${scheme}`)}</Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} stroke={1.75} />} onClick={() => void signOut(false)}>{t('user.sign_out')}</Menu.Item>
        <Menu.Item leftSection={<IconLogout2 size={16} stroke={1.75} />} onClick={() => void signOut(true)}>{t('user.sign_out_everywhere')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
