import { Link, useLocation, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useStudio } from '../state/StudioProvider';

/** `Studio / Data / Deal`. */
export function Crumbs() {
  const { t } = useTranslation('studio');
  const { pathname } = useLocation();
  const { entity } = useParams({ strict: false }) as { entity?: string };
  const { entityLabel } = useStudio();
  const part = pathname.replace(/\/$/, '').split('/')[2];
  const last = entity ? entityLabel(entity) : part ? t(`crumb.${part}`) : undefined;

  return (
    <nav className="studio-crumbs" aria-label={t('frame.crumbs')}>
      <Link to="/studio" className={last ? 'crumb-first' : 'strong'}>{t('frame.studio')}</Link>
      {entity && <><span className="dim crumb-first">/</span><Link to="/studio/model" className="crumb-first">{t('crumb.data')}</Link></>}
      {last && <><span className="dim crumb-first">/</span><h1 className="strong ellipsis">{last}</h1></>}
    </nav>
  );
}
