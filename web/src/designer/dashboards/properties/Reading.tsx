import { useTranslation } from 'react-i18next';
import { targetOf } from '@/catalog/catalog';
import type { ChartDoc, ListDoc, PivotDoc } from '../../model/dashboard';
import { messageAt } from '../../model/problems';
import type { Problem } from '../../model/types';
import { PathInput } from '../../measures/PathInput';
import { ConditionInput, NOTHING } from '../../parts/ConditionInput';
import { useStudio } from '../../state/StudioProvider';
import { useBoard } from '../useBoard';

type Reads = ChartDoc | PivotDoc | ListDoc;

/** Which records it is made of. */
export function Which({ widget, entity, problems }: { widget: Reads; entity: string; problems: Problem[] }) {
  const { t } = useTranslation('studio');
  const { entity: entityOf } = useStudio();
  const { change } = useBoard();
  return <ConditionInput label={t('measures.filter')} value={widget.filter ?? ''} entity={entityOf(entity)} hint={t('measures.no_filter')} error={messageAt(problems, 'filter')} onChange={(text) => change({ ...widget, filter: !text.trim() || text === NOTHING ? undefined : text }, 'filter')} />;
}

/** By which date and person the filters of the dashboard act. */
export function Ways({ widget, entity, problems }: { widget: Reads; entity: string; problems: Problem[] }) {
  const { t } = useTranslation('studio');
  const { change, onForm } = useBoard();
  if (onForm) return null;
  return (
    <>
      <PathInput label={t('dashboards.date')} entity={entity} value={widget.date} clearable placeholder={t('dashboards.no_date')} error={messageAt(problems, 'date')} accept={(field) => field.type === 'date' || field.type === 'datetime'} onChange={(date) => change({ ...widget, date })} />
      <PathInput label={t('dashboards.person')} entity={entity} value={widget.person} clearable placeholder={t('dashboards.no_person')} error={messageAt(problems, 'person')} accept={(field) => (field.type === 'user' || field.type === 'link') && targetOf(field) === 'user'} onChange={(person) => change({ ...widget, person })} />
    </>
  );
}
