import '@/card/card.css';
import { CatchBoundary } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormLayout as Drawn } from '@/card/form/FormLayout';
import { CatalogProvider, useCatalog } from '@/catalog/useCatalog';
import { useStudio } from '../state/StudioProvider';
import { isError } from '../model/problems';
import { drawnForm, tabsAround } from './drawn';
import { FormHead } from './FormHead';
import { useCarry } from './useCarry';
import { useDesign } from './useDesign';
import { useSample, useTrial } from './useRecord';

/** The form with a real record, drawn by what draws the card. */
export function Drawing() {
  const { t } = useTranslation('studio');
  const { draftCatalog, language, measures, scripts } = useStudio();
  const published = useCatalog();
  const { doc, chosen, subject, look, problems } = useDesign();
  const { onTab } = useCarry();
  const { record, isPending } = useSample();
  const catalog = draftCatalog();
  const form = useTrial(catalog, subject.entity, record);
  const isWhole = !problems.some(isError);
  const layout = useMemo(() => drawnForm(doc, { language, catalog, published, measures, scripts, isWhole }), [doc, language, catalog, published, measures, scripts, isWhole]);
  const [tab, setTab] = useState<string>();
  const around = chosen === undefined ? undefined : tabsAround(doc, chosen);
  // The tab of what is chosen is open; so is one that something is carried over.
  const outer = around?.find((one) => one.list === '/tabs')?.name;
  useEffect(() => { if (outer) setTab(outer); }, [outer, chosen]);
  useEffect(() => {
    onTab.current = (at) => {
      const open = tabsAround(doc, at);
      const [first] = open;
      if (open.length === 1 && first) setTab(first.name);
    };
    return () => { onTab.current = null; };
  }, [doc, onTab]);
  if (isPending) return <div className="form-waiting">{[60, 90, 75, 85].map((width) => <span key={width} className="skeleton" style={{ width: `${width}%`, height: 36 }} />)}</div>;
  return (
    <CatalogProvider catalog={catalog}>
      <CatchBoundary getResetKey={() => JSON.stringify(doc)} errorComponent={() => <p className="notice warning">{t('dashboards.not_drawn')}</p>}>
        <FormHead record={form.values} layout={layout} />
        <Drawn form={form} layout={layout} variant={look.variant} tab={tab} onTab={setTab} document={isWhole ? doc : undefined} drawn open={around?.map((one) => one.name)} aside={<span />} mayEdit />
      </CatchBoundary>
    </CatalogProvider>
  );
}
