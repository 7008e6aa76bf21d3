import { Link, useLocation, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { labelOf } from '../model/types';
import { useStudio } from '../state/StudioProvider';

/** `Studio / Data / Deal`. */
export function Crumbs() {
  const { t } = useTranslation('studio');
  const { pathname } = useLocation();
  const { entity, dashboard, form } = useParams({ strict: false }) as { entity?: string; dashboard?: string; form?: string };
  const { entityLabel, dashboards, forms, language } = useStudio();
  const part = pathname.replace(/\/$/, '').split('/')[2];
  const list = dashboard ? 'dashboards' : 'forms';
  const name = dashboard ?? form;
  const drawn = name && labelOf((dashboard ? dashboards : forms).find((one) => one.name === name) ?? { name }, language);
  const last = entity ? entityLabel(entity) : drawn || (part ? t(`crumb.${part}`) : undefined);

  return (
    <nav className="studio-crumbs" aria-label={t('frame.crumbs')}>
      <Link to="/studio" className={last ? 'crumb-first' : 'strong'}>{t('frame.studio')}</Link>
      {entity && <><span className="dim crumb-first">/</span><Link to="/studio/model" className="crumb-first">{t('crumb.data')}</Link></>}
      {drawn && <><span className="dim crumb-first">/</span><Link to={`/studio/${list}`} className="crumb-first">{t(`crumb.${list}`)}</Link></>}
      {last && <><span className="dim crumb-first">/</span><h1 className="strong ellipsis">{last}</h1></>}
    </nav>
  );
}
