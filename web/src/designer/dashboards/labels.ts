import { useTranslation } from 'react-i18next';
import type { WidgetDoc } from '../model/dashboard';
import { type Label, labelOf } from '../model/types';
import { useStudio } from '../state/StudioProvider';

/** Letters of a text by which it is known. */
const MOST = 48;

/** What a widget is called when it has no name of its own: as its indicator or its records, a text by its first words. */
export function useOwnLabel(): (widget: WidgetDoc) => Label {
  const { language, measures, documents, entity } = useStudio();
  return (widget) => {
    if (widget.type === 'text') return Object.fromEntries(Object.entries(widget.text).map(([one, text]) => [one, text.split('\n')[0]!.slice(0, MOST)]));
    if (widget.type === 'indicator') return measures.find((one) => one.name === widget.measure)?.label ?? {};
    const view = widget.type === 'list' && widget.view ? documents.find((one) => one.kind === 'view' && one.name === widget.view) : undefined;
    const read = entity(widget.entity);
    return view?.label ?? read?.doc.plural ?? read?.doc.label ?? (read ? { [language]: read.label } : {});
  };
}

/** What a widget is called. */
export function useWidgetLabel(): (widget: WidgetDoc) => string {
  const { t } = useTranslation('studio');
  const { language } = useStudio();
  const otherwise = useOwnLabel();
  return (widget) => labelOf({ label: widget.label }, language) || labelOf({ label: otherwise(widget) }, language) || t(`dashboards.${widget.type}`);
}
