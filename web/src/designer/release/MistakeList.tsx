import { IconCircleX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../model/types';
import { useDocumentTitle, usePlace } from '../state/places';

/** Why the draft cannot be published, each mistake leading to its place. */
export function MistakeList({ mistakes }: { mistakes: Problem[] }) {
  const { t } = useTranslation('studio');
  const title = useDocumentTitle();
  const place = usePlace();
  return (
    <div className="notice danger column" role="alert">
      <div className="medium bad">{t('release.mistakes', { count: mistakes.length })}</div>
      <ul className="problem-list">
        {mistakes.map((mistake, index) => {
          const to = place(mistake);
          return <li key={index}><Link to={to.to} search={to.search} className="problem-line"><IconCircleX size={16} stroke={1.75} className="bad" /><span className="grow"><span className="medium">{title(mistake)}</span><span className="problem-text">{mistake.message}</span></span></Link></li>;
        })}
      </ul>
    </div>
  );
}
