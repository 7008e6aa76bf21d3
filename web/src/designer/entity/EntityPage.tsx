import { Drawer } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Navigate, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NotFound } from '@/ui/NotFound';
import { ofDocument } from '../model/problems';
import { rowsOf } from '../model/rows';
import { usesOfEntity } from '../model/usage';
import { useStudio } from '../state/StudioProvider';
import type { EntityView } from '../state/views';
import { PropertiesPanel } from '../properties/PropertiesPanel';
import { EntityHeader } from './EntityHeader';
import { FieldsTab } from './FieldsTab';
import { FormsTab } from './FormsTab';
import { IndexesTab } from './IndexesTab';
import { RelationsTab, useRelations } from './RelationsTab';
import { RulesTab } from './RulesTab';
import { UsedByTab } from './UsedByTab';
import { RemovedEntity } from './RemovedEntity';

const TABS = ['fields', 'relations', 'forms', 'rules', 'indexes', 'used'] as const;
type Tab = (typeof TABS)[number];

/** One entity: its fields as a grid, and what surrounds them. */
export function EntityPage() {
  const { entity } = useParams({ strict: false }) as { entity: string };
  const studio = useStudio();
  const navigate = useNavigate();
  const view = studio.entity(entity);
  const known = useRef<{ name: string; id?: string }>(undefined);
  // A rename, its undo too, leaves the address behind: the page goes on to the new one.
  useEffect(() => {
    if (view) {
      known.current = { name: view.name, id: view.doc.id };
      return;
    }
    const { name, id } = known.current ?? {};
    const renamed = name === entity && id ? studio.entities.find((other) => other.doc.id === id) : undefined;
    if (renamed) void navigate({ to: `/studio/model/${renamed.name}`, search: true, replace: true });
  }, [entity, navigate, studio.entities, view]);
  if (view?.dataset && view.key.startsWith('register/')) return <Navigate to="/studio/registers" search={{ register: view.name } as never} replace />;
  if (view?.dataset) return <Navigate to="/studio/datasets" search={{ set: view.name } as never} replace />;
  if (view) return <Page key={entity} view={view} />;
  if (studio.state.removed.has(`entity/${entity}`)) return <RemovedEntity name={entity} />;
  return <NotFound />;
}

function Page({ view }: { view: EntityView }) {
  const { t } = useTranslation('studio');
  const { state, documents, forms } = useStudio();
  const search = useSearch({ strict: false }) as { tab?: Tab; field?: string };
  const navigate = useNavigate();
  const wide = useMediaQuery('(min-width: 1180px)', true, { getInitialValueInEffect: false });
  const [panel, setPanel] = useState(wide);
  const tab: Tab = search.tab && TABS.includes(search.tab) ? search.tab : 'fields';
  const rows = useMemo(() => rowsOf(view.doc, view.published), [view.doc, view.published]);
  const problems = ofDocument(state.problems, view.key);
  const uses = useMemo(() => usesOfEntity(view.name, documents), [view.name, documents]);
  const relations = useRelations(view);
  const counts: Record<Tab, number> = {
    fields: (view.doc.fields?.length ?? 0) + view.builtIn.length, relations: relations.length, forms: forms.filter((one) => one.entity === view.name).length, rules: view.doc.rules?.length ?? 0,
    indexes: (view.doc.unique?.length ?? 0) + (view.doc.indexes?.length ?? 0), used: uses.length,
  };
  const shown = (next?: Tab) => void navigate({ to: '.', search: { tab: next === 'fields' ? undefined : next }, replace: true });
  const close = () => {
    setPanel(false);
    void navigate({ to: '.', search: { ...search, field: undefined }, replace: true });
  };
  const properties = <PropertiesPanel view={view} rows={rows} problems={problems} onClose={close} />;

  return (
    <div className="entity-page">
      <div className="entity-main">
        <EntityHeader view={view} uses={uses.length} onProperties={() => { setPanel(true); void navigate({ to: '.', search: { ...search, field: undefined }, replace: true }); }} />
        <div className="tabs" role="tablist" aria-label={t('entity.tabs')}>
          {TABS.map((name) => (
            <button key={name} type="button" role="tab" id={`tab-${name}`} className="tab" aria-selected={tab === name} aria-controls="entity-tab" onClick={() => shown(name)}>
              {t(`entity.tab_${name}`)}{counts[name] > 0 && <span className="count">{counts[name]}</span>}
            </button>
          ))}
        </div>
        <div className="entity-tab" role="tabpanel" id="entity-tab" aria-labelledby={`tab-${tab}`}>
          {tab === 'fields' && <FieldsTab view={view} rows={rows} problems={problems} wide={wide} />}
          {tab === 'relations' && <RelationsTab view={view} />}
          {tab === 'forms' && <FormsTab view={view} />}
          {tab === 'rules' && <RulesTab view={view} problems={problems} />}
          {tab === 'indexes' && <IndexesTab view={view} problems={problems} />}
          {tab === 'used' && <UsedByTab view={view} uses={uses} />}
        </div>
      </div>
      {wide
        ? (panel || search.field) && <aside className="properties" aria-label={t('properties.title')}>{properties}</aside>
        : <Drawer opened={panel || Boolean(search.field)} onClose={close} position="bottom" size="85%" withCloseButton={false} padding={0} radius="lg" title={t('properties.title')} classNames={{ header: 'visually-hidden' }}>{properties}</Drawer>}
    </div>
  );
}
