import { useTranslation } from 'react-i18next';
import type { ListDoc } from '../../model/dashboard';
import { messageAt } from '../../model/problems';
import type { Problem } from '../../model/types';
import { PathsInput } from '../../parts/PathsInput';
import { useBoard } from '../useBoard';

/** The columns of a list. */
export function ListColumns({ widget, entity, problems }: { widget: ListDoc; entity: string; problems: Problem[] }) {
  const { t } = useTranslation('studio');
  const { change } = useBoard();
  return <PathsInput label={t('dashboards.list_columns')} addLabel={t('dashboards.add_column')} entity={entity} value={widget.columns ?? []} error={messageAt(problems, 'columns')} onChange={(columns) => change({ ...widget, columns })} />;
}
