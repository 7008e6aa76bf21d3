import { Link, useLocation, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { labelOf } from '../model/types';
import { useStudio } from '../state/StudioProvider';

/** `Studio / Data / Deal`. */
export function Crumbs() {
  const { t } = useTranslation('studio');
  const { pathname } = useLocation();
  const { entity, dashboard } = useParams({ strict: false }) as { entity?: string; dashboard?: string };
  const { entityLabel, dashboards, language } = useStudio();
  const part = pathname.replace(/\/$/, '').split('/')[2];
  const drawn = dashboard && labelOf(dashboards.find((one) => one.name === dashboard) ?? { name: dashboard }, language);
  const last = entity ? entityLabel(entity) : drawn || (part ? t(`crumb.${part}`) : undefined);

  return (
    <nav className="studio-crumbs" aria-label={t('frame.crumbs')}>
      <Link to="/studio" className={last ? 'crumb-first' : 'strong'}>{t('frame.studio')}</Link>
      {entity && <><span className="dim crumb-first">/</span><Link to="/studio/model" className="crumb-first">{t('crumb.data')}</Link></>}
      {drawn && <><span className="dim crumb-first">/</span><Link to="/studio/dashboards" className="crumb-first">{t('crumb.dashboards')}</Link></>}
      {last && <><span className="dim crumb-first">/</span><h1 className="strong ellipsis">{last}</h1></>}
    </nav>
  );
}
