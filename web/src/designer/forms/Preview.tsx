import { CatchBoundary } from '@tanstack/react-router';
import { type MouseEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CatalogProvider } from '@/catalog/useCatalog';
import { useStudio } from '../state/StudioProvider';
import { isError } from '../model/problems';
import { Body, NEW } from './Drawing';
import { useDesign } from './useDesign';
import { useSample, useTrial } from './useRecord';

/** What may be pressed in a preview: what opens, folds and fills in, not what leads away or does something. */
const leadsAway = 'a, .form-buttons button, .related-list, .card-body .lines-table a';

/** The form as somebody gets it, with a real record: one may type, and conditions follow; nothing is kept. */
export function Preview() {
  const { t } = useTranslation('studio');
  const { draftCatalog } = useStudio();
  const { doc, subject, look, attempt, problems } = useDesign();
  const { record } = useSample();
  const [tab, setTab] = useState<string>();
  const catalog = draftCatalog();
  const isNew = look.variant === 'create' || look.variant === 'quick';
  const form = useTrial(catalog, subject.entity, isNew ? NEW : record);
  const quiet = (event: MouseEvent) => {
    if (!(event.target as Element).closest(leadsAway)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const layout = attempt?.layout;
  if (!layout) {
    const wrong = problems.filter(isError);
    return <div className="notice warning column form-notice" role="status">{wrong.length ? <><strong>{t('forms.no_preview')}</strong>{wrong.slice(0, 5).map((one, at) => <span key={at}>{one.message}</span>)}</> : <span>{t('forms.waiting')}</span>}</div>;
  }
  return (
    <div className="form-canvas form-preview" data-device={look.device} data-variant={look.variant} onClickCapture={quiet}>
      <CatalogProvider catalog={catalog}>
        <CatchBoundary getResetKey={() => JSON.stringify(layout)} errorComponent={() => <p className="notice warning">{t('dashboards.not_drawn')}</p>}>
          <Body key={`${look.variant} ${record.id}`} options={{ form, layout, variant: look.variant, document: doc, mayEdit: true }} tab={tab} onTab={setTab} />
        </CatchBoundary>
      </CatalogProvider>
    </div>
  );
}
