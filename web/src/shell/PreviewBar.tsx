import { Button } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { currentPreview, endPreview } from '@/api/preview';

/** Says over every page that one looks through the eyes of others, and leads back. */
export function PreviewBar() {
  const { t } = useTranslation();
  const preview = currentPreview();
  if (!preview) return null;
  return (
    <div className="preview-bar" role="status">
      <IconEye size={16} stroke={1.75} /><span className="grow">{t(preview.of.startsWith('role:') ? 'preview.role' : 'preview.user', { name: preview.label })} {t('preview.read_only')}{preview.drafted && ` ${t('preview.published')}`}</span>
      <Button size="xs" variant="default" onClick={endPreview}>{t('preview.leave')}</Button>
    </div>
  );
}
