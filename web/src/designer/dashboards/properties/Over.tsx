import { useTranslation } from 'react-i18next';
import type { ChartDoc, ListDoc, PivotDoc } from '../../model/dashboard';
import { newWidget, wired } from '../../model/dashboardNew';
import { messageAt } from '../../model/problems';
import type { Problem } from '../../model/types';
import { EntitySelect } from '../../parts/selects';
import { useStudio } from '../../state/StudioProvider';
import { useBoard } from '../useBoard';
import { useSubject } from '../useSubject';

/** Whose records it reads; over others it begins anew. */
export function Over({ widget, problems }: { widget: ChartDoc | PivotDoc | ListDoc; problems: Problem[] }) {
  const { t } = useTranslation('studio');
  const { datasetViews, draftCatalog } = useStudio();
  const { doc, change, onForm } = useBoard();
  const subjectOf = useSubject();
  const set = (entity: string) => {
    const subject = subjectOf(entity);
    if (!subject || entity === widget.entity) return;
    const fresh = { ...newWidget(widget.type, subject, []), name: widget.name, place: widget.place, label: widget.label };
    change(wired(fresh, doc.filters ?? [], draftCatalog(), entity));
  };
  if (onForm) return null;
  return <EntitySelect label={t('measures.entity')} datasets={datasetViews} value={widget.entity} error={messageAt(problems, 'entity')} onChange={set} />;
}
