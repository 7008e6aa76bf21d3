import { IconUnlink } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { State } from '@/ui/State';
import type { Use } from '../model/usage';
import { useUseWords } from '../parts/UseList';
import { placeOfDocument } from '../state/places';
import type { EntityView } from '../state/views';

/** All places that would notice a change of this entity. */
export function UsedByTab({ view, uses }: { view: EntityView; uses: Use[] }) {
  const { t } = useTranslation('studio');
  const words = useUseWords();
  if (!uses.length) return <State icon={<IconUnlink size={22} stroke={1.75} />} title={t('used.none', { name: view.label })} text={t('used.none_text')} />;
  return (
    <div className="tab-body">
      <ul className="card plain-list">
        {uses.map((use, index) => {
          const place = placeOfDocument(use.document);
          return (
            <li key={index}>
              <Link to={place.to} search={use.field?.id ? { field: use.field.id } : place.search} className="list-line">
                <span className="medium grow ellipsis">{words(use)}</span><span className="size-12 dim nowrap">{t(`use.${use.as}`)}</span>
              </Link>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
