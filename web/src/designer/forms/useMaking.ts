import { useTranslation } from 'react-i18next';
import { toast } from '@/ui/toast';
import { useSubject } from '../dashboards/useSubject';
import type { FormNode } from '../model/form';
import { type Making, newPart, type NewPart } from '../model/formNew';
import { inserted, nextPlace } from '../model/formTree';
import { useStudio } from '../state/StudioProvider';
import { useDesign } from './useDesign';

/** What new parts are made of here. */
export function useMaking(): (kind: NewPart) => FormNode | undefined {
  const { measures, scripts } = useStudio();
  const { doc, subject } = useDesign();
  const subjectOf = useSubject();
  const making: Making = { subject, subjectOf, measures, scripts };
  return (kind) => newPart(kind, doc, making);
}

/** Adds a part after what is chosen, or where such a part most likely belongs, and chooses it. */
export function useAddPart(): (node: FormNode | undefined) => void {
  const { t } = useTranslation('studio');
  const { doc, chosen, put } = useDesign();
  return (node) => {
    const place = node && nextPlace(doc, chosen, node);
    if (place) put(inserted(doc, place.list, place.index, node));
    else if (node) toast(t('forms.no_place'));
  };
}
