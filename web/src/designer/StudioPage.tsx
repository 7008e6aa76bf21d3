import { useTranslation } from 'react-i18next';

export function StudioPage() {
  const { t } = useTranslation();
  return <div className="top-bar"><h1 className="strong size-14">{t('nav.studio')}</h1></div>;
}
