import '@/card/card.css';
import { CatchBoundary } from '@tanstack/react-router';
import { type ComponentProps, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LayoutBody } from '@/card/form/FormLayout';
import { type LayoutOptions, useLayoutOf } from '@/card/form/useLayoutOf';
import { CatalogProvider, useCatalog } from '@/catalog/useCatalog';
import type { RecordData } from '@/catalog/types';
import { useStudio } from '../state/StudioProvider';
import type { FormDoc } from '../model/form';
import { isError } from '../model/problems';
import { drawnForm, tabsAround } from './drawn';
import { FormHead } from './FormHead';
import { useCarry } from './useCarry';
import { useDesign } from './useDesign';
import { useSample, useTrial } from './useRecord';

/** A record that is not there yet. */
export const NEW: RecordData = { id: '' };

/** The form with a real record, drawn by what draws the card. */
export function Drawing() {
  const { t } = useTranslation('studio');
  const { draftCatalog, language, measures, scripts } = useStudio();
  const published = useCatalog();
  const { doc, chosen, subject, look, problems, attempt, isWaiting } = useDesign();
  const { onTab } = useCarry();
  const { record, isPending } = useSample();
  const catalog = draftCatalog();
  const isNew = look.variant === 'create' || look.variant === 'quick';
  const form = useTrial(catalog, subject.entity, isNew ? NEW : record);
  const isWhole = !problems.some(isError);
  const layout = useMemo(() => drawnForm(doc, { language, catalog, published, measures, scripts, isWhole }), [doc, language, catalog, published, measures, scripts, isWhole]);
  // Numbers are asked of the last drawing without mistakes: those of a new one come once it is mended.
  const whole = useRef<FormDoc>(undefined);
  if (isWhole && !isWaiting && attempt) whole.current = doc;
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
        <Body options={{ form, layout, variant: look.variant, document: whole.current, drawn: around?.map((one) => one.name) ?? [], mayEdit: true }} tab={tab} onTab={setTab} aside={<span />} />
      </CatchBoundary>
    </CatalogProvider>
  );
}

type BodyProps = Omit<ComponentProps<typeof LayoutBody>, 'state'> & { options: LayoutOptions };

/** What stands above the tabs, and the tabs; a new record has no head yet. */
export function Body({ options, ...body }: BodyProps) {
  const state = useLayoutOf(options);
  const isSaved = options.variant === 'edit' || options.variant === 'phone';
  return <>{isSaved && <FormHead state={state} />}<LayoutBody state={state} {...body} /></>;
}
