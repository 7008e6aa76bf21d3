import { useTranslation } from 'react-i18next';
import { labelOf } from '../model/types';
import { useStudio } from '../state/StudioProvider';

/** What roles are called. */
export function useRoleLabel(): (name: string) => string {
  const { t } = useTranslation('studio');
  const { documents, language } = useStudio();
  return (name) => (name === 'designer' ? t('access.designer') : labelOf(documents.find((one) => one.kind === 'role' && one.name === name) ?? { name }, language));
}
