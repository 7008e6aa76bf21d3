import { IconBell } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { NoticeList } from './NoticeList';

/** The page of what the reader is told, for phones and for who opens it by its address. */
export function NoticesPage() {
  const { t } = useTranslation('work');
  return (
    <>
      <div className="top-bar"><IconBell size={18} stroke={1.75} color="var(--primary)" /><h1 className="strong" style={{ fontSize: 15 }}>{t('common:nav.notices')}</h1></div>
      <div className="notice-page"><NoticeList /></div>
    </>
  );
}
