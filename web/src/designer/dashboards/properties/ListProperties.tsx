import { ActionIcon, NumberInput, SegmentedControl, Select } from '@mantine/core';
import { IconSortAscending, IconSortDescending } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { isToMany } from '@/catalog/catalog';
import type { ListDoc } from '../../model/dashboard';
import { newWidget } from '../../model/dashboardNew';
import { messageAt } from '../../model/problems';
import { labelOf, type Problem, type ViewDoc } from '../../model/types';
import { PathInput } from '../../measures/PathInput';
import { useStudio } from '../../state/StudioProvider';
import { useBoard } from '../useBoard';
import { useSubject } from '../useSubject';
import { ListColumns } from './ListColumns';
import { Over } from './Over';
import { Ways, Which } from './Reading';

const UNSORTED = ['json', 'address', 'location', 'secret', 'file', 'image', 'rich_text', 'long_text', 'multi_choice', 'any_link'];

/** Which records, in which columns and order; or a view that is there. */
export function ListProperties({ widget, problems }: { widget: ListDoc; problems: Problem[] }) {
  const { t } = useTranslation('studio');
  const { documents, language, entities } = useStudio();
  const { change } = useBoard();
  const subjectOf = useSubject();
  const views = documents.filter((one): one is ViewDoc => one.kind === 'view');
  const base = { type: 'list' as const, name: widget.name, place: widget.place, label: widget.label, limit: widget.limit };
  const asView = (view: string) => change({ ...base, view });
  const asOwn = () => {
    const subject = subjectOf(views.find((one) => one.name === widget.view)?.entity) ?? subjectOf(entities.find((one) => !one.system)?.name);
    if (subject) change({ ...(newWidget('list', subject, []) as ListDoc), ...base });
  };
  const sort = widget.sort?.[0];
  const isDown = sort?.startsWith('-') ?? true;
  const path = sort?.replace(/^-/, '');
  const order = (to: string | undefined, down: boolean) => change({ ...widget, sort: to ? [`${down ? '-' : ''}${to}`] : undefined });
  return (
    <>
      {views.length > 0 && <SegmentedControl fullWidth aria-label={t('dashboards.list_of')} value={widget.view ? 'view' : 'own'} data={(['own', 'view'] as const).map((value) => ({ value, label: t(`dashboards.list_${value}`) }))} onChange={(way) => (way === 'view' ? asView(views[0]!.name) : asOwn())} />}
      {widget.view
        ? <Select searchable allowDeselect={false} label={t('dashboards.view')} data={views.map((one) => ({ value: one.name, label: labelOf(one, language) }))} value={widget.view} error={messageAt(problems, 'view')} onChange={(view) => view && asView(view)} />
        : widget.entity && <>
          <Over widget={widget} problems={problems} />
          <ListColumns widget={widget} entity={widget.entity} problems={problems} />
          <Which widget={widget} entity={widget.entity} problems={problems} />
          <div className="row gap-4 board-sort">
            <div className="grow"><PathInput label={t('dashboards.sort')} entity={widget.entity} value={path} clearable placeholder={t('dashboards.sort_auto')} error={messageAt(problems, 'sort')} accept={(field) => !isToMany(field) && !UNSORTED.includes(field.type)} onChange={(next) => order(next, isDown)} /></div>
            {path && <ActionIcon size={32} variant="default" aria-label={t(isDown ? 'dashboards.descending' : 'dashboards.ascending')} title={t(isDown ? 'dashboards.descending' : 'dashboards.ascending')} onClick={() => order(path, !isDown)}>{isDown ? <IconSortDescending size={16} stroke={1.75} /> : <IconSortAscending size={16} stroke={1.75} />}</ActionIcon>}
          </div>
        </>}
      <NumberInput label={t('dashboards.limit_rows')} placeholder="10" min={1} max={100} allowDecimal={false} value={widget.limit ?? ''} error={messageAt(problems, 'limit')} onChange={(limit) => change({ ...widget, limit: typeof limit === 'number' ? limit : undefined }, 'limit')} />
      {widget.entity && <Ways widget={widget} entity={widget.entity} problems={problems} />}
    </>
  );
}
