import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { labelOf, textOf } from '../model/types';
import type { Use } from '../model/usage';
import { placeOfDocument, useDocumentTitle } from '../state/places';
import { useStudio } from '../state/StudioProvider';

/** Words of one use: `Deal › Company`. */
export function useUseWords(): (use: Use) => string {
  const title = useDocumentTitle();
  const { t } = useTranslation('studio');
  const { language } = useStudio();
  return (use) => {
    const document = title({ document: use.document });
    const part = use.field ? labelOf(use.field, language) : use.rule ? textOf(use.rule.message, language) || t('use.rule') : t(`use.${use.as}`);
    return `${document} › ${part}`;
  };
}

/** Tags that lead to the places where a thing is used. */
export function UseList({ title, uses }: { title: string; uses: Use[] }) {
  const words = useUseWords();
  if (!uses.length) return null;
  return (
    <div>
      <div className="form-label">{title}</div>
      <div className="row gap-4" style={{ flexWrap: 'wrap' }}>
        {uses.map((use, index) => {
          const place = placeOfDocument(use.document);
          return <Link key={index} to={place.to} search={use.field?.id ? { field: use.field.id } : use.rule ? { tab: 'rules' } : place.search} className="tag use-tag">{words(use)}</Link>;
        })}
      </div>
    </div>
  );
}
