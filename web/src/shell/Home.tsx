import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useCatalog } from '@/catalog/useCatalog';
import { EmptyState } from '@/ui/EmptyState';
import { EntityIcon } from '@/ui/EntityIcon';
import { hueOf } from '@/ui/hue';
import { Mark } from '@/ui/marks';
import { Button } from '@mantine/core';
import { IconHome2, IconHammer } from '@tabler/icons-react';
import { navigationOf } from './navigation';
import { readRecent } from './recent';

/** The first page: what was opened last, and every section. */
export function Home() {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const sections = navigationOf(catalog, t('common:nav.other'));
  const recent = readRecent().filter((item) => catalog.entity(item.entity));
  return (
    <>
      <div className="top-bar"><IconHome2 size={18} stroke={1.75} color="var(--primary)" /><h1 className="strong" style={{ fontSize: 15 }}>{t('common:nav.home')}</h1></div>
      {sections.length === 0 && (
        <EmptyState title={t('home.empty')} text={t(catalog.data.rights.design ? 'home.empty_designer' : 'home.empty_user')}>
          {catalog.data.rights.design && <Button size="md" component={Link} to="/studio" leftSection={<IconHammer size={15} stroke={1.75} />}>{t('home.open_studio')}</Button>}
        </EmptyState>
      )}
      {sections.length > 0 && (
        <div className="home">
          {recent.length > 0 && <h2 className="section-title" style={{ marginBottom: 8 }}>{t('home.recent')}</h2>}
          {recent.length > 0 && (
            <div className="card" style={{ marginBottom: 24, overflow: 'hidden' }}>
              {recent.map((item) => (
                <Link key={item.id} to="/e/$entity/$id" params={{ entity: item.entity, id: item.id }} className="related-row">
                  <Mark name={item.title} /><span className="grow ellipsis medium">{item.title}</span><span className="dim size-12">{catalog.entity(item.entity)?.label}</span>
                </Link>
              ))}
            </div>
          )}
          {sections.map((section, index) => (
            <section key={index} style={{ marginBottom: 24 }}>
              <h2 className="section-title" style={{ marginBottom: 8 }}>{section.label ?? t('home.sections')}</h2>
              <div className="home-tiles">
                {section.entries.map((entry) => (
                  <Link key={entry.key} to={entry.to} params={entry.params} className={`card home-tile hue-${hueOf(entry.entity?.name ?? entry.key)}`}>
                    <span className="mark" style={{ width: 32, height: 32, borderRadius: 8 }}><EntityIcon name={entry.icon} size={18} /></span>
                    <span className="grow"><span className="medium" style={{ display: 'block' }}>{entry.label}</span>{entry.description && <span className="dim size-12 ellipsis" style={{ display: 'block' }}>{entry.description}</span>}</span>
                  </Link>
                ))}
              </div>
            </section>
          ))}
        </div>
      )}
    </>
  );
}
