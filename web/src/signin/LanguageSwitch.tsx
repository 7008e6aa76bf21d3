import { SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, currentLanguage, LANGUAGES, type Language } from '@/i18n';
import { LANGUAGE_NAMES } from '@/shell/UserMenu';

export function LanguageSwitch() {
  const { t } = useTranslation();
  return (
    <SegmentedControl aria-label={t('user.language')} value={currentLanguage()} onChange={(value) => void chooseLanguage(value as Language)}
      data={LANGUAGES.map((language) => ({ value: language, label: LANGUAGE_NAMES[language] }))} />
  );
}
