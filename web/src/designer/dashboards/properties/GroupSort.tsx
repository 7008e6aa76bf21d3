import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { pathLabels } from '@/list/filter/compose';
import { type ChartDoc, pathOf } from '../../model/dashboard';
import { messageAt } from '../../model/problems';
import { labelOf, type Problem } from '../../model/types';
import { useStudio } from '../../state/StudioProvider';
import { useBoard } from '../useBoard';

/** In which order groups stand: by themselves or by a number. */
export function GroupSort({ widget, problems }: { widget: ChartDoc; problems: Problem[] }) {
  const { t } = useTranslation('studio');
  const { draftCatalog, language } = useStudio();
  const { change } = useBoard();
  const names = [...widget.measures.map((one): [string, string] => [one.name, labelOf(one, language)]), ...widget.group_by.map((one): [string, string] => [pathOf(one), pathLabels(draftCatalog(), widget.entity, pathOf(one)).join(' › ')])];
  const data = names.flatMap(([name, label]) => [{ value: `-${name}`, label: t('dashboards.sort_down', { name: label }) }, { value: name, label: t('dashboards.sort_up', { name: label }) }]);
  return <Select label={t('dashboards.sort')} clearable clearButtonProps={{ 'aria-label': t('part.clear') }} placeholder={t('dashboards.sort_auto')} data={data} value={widget.sort?.[0] ?? null} comboboxProps={{ width: 240, position: 'bottom-start' }} error={messageAt(problems, 'sort')} onChange={(sort) => change({ ...widget, sort: sort ? [sort] : undefined })} />;
}
