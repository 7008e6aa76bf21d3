import { ActionIcon, Switch } from '@mantine/core';
import { IconFilter, IconRestore } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { pathLabels } from '@/list/filter/compose';
import { PathChip } from '@/ui/marks';
import { acting, type FilterDoc, type WidgetDoc } from '../../model/dashboard';
import { wayTo } from '../../model/dashboardNew';
import { messageAt } from '../../model/problems';
import type { Problem } from '../../model/types';
import { PathInput } from '../../measures/PathInput';
import { useStudio } from '../../state/StudioProvider';
import { useFilterLabel } from '../useFilterLabel';
import { useBoard } from '../useBoard';
import { useEntityOf } from '../useEntityOf';

/** Which filters of the dashboard act on the widget, and by which way. */
export function FiltersActing({ widget, problems }: { widget: WidgetDoc; problems: Problem[] }) {
  const { t } = useTranslation('studio');
  const { doc, choose } = useBoard();
  const filters = doc.filters ?? [];
  return (
    <section className="column gap-10 board-section" aria-label={t('dashboards.acting')}>
      <h3 className="section-title row gap-6"><IconFilter size={15} stroke={1.75} />{t('dashboards.acting')}</h3>
      {filters.map((one) => <Line key={one.name} filter={one} widget={widget} problems={problems} />)}
      {filters.length === 0 && <p className="hint">{t('dashboards.no_filters')} <button type="button" className="link-button" onClick={() => choose()}>{t('dashboards.add_filters')}</button></p>}
    </section>
  );
}

function Line({ filter, widget, problems }: { filter: FilterDoc; widget: WidgetDoc; problems: Problem[] }) {
  const { t } = useTranslation('studio');
  const { measures, draftCatalog } = useStudio();
  const { change } = useBoard();
  const entity = useEntityOf()(widget);
  const label = useFilterLabel()(filter);
  const catalog = draftCatalog();
  const given = widget.filters?.[filter.name];
  const isOff = given === null;
  const measure = widget.type === 'indicator' ? measures.find((one) => one.name === widget.measure) : undefined;
  const key = filter.type === 'period' ? 'date' : 'person';
  const own = filter.type === 'field' ? (entity === filter.entity ? filter.field : undefined) : widget.type === 'indicator' ? measure?.[key] : widget.type === 'text' ? undefined : widget[key];
  const path = filter.type === 'field' ? (given ?? own) : own;
  // The way to the records of another entity is chosen.
  const isChosen = filter.type === 'field' && !isOff && entity !== undefined && entity !== filter.entity;
  const set = (next: string | null | undefined) => change(acting(widget, filter.name, next));
  const wanted = catalog.field(filter.entity, filter.field ?? '');
  const toggle = (on: boolean) => set(!on ? null : filter.type === 'field' && !own && entity ? wayTo(catalog, entity, filter) : undefined);
  return (
    <div className="column gap-6">
      <div className="row gap-8">
        <span className="medium grow ellipsis">{label}</span>
        {!isOff && path && entity && !isChosen && <PathChip labels={pathLabels(catalog, entity, path)} />}
        {!isOff && !path && !isChosen && <span className="size-12 dim">{t('dashboards.no_way')}</span>}
        {filter.type === 'field' && given && own && <ActionIcon size={22} aria-label={t('dashboards.own_way')} title={t('dashboards.own_way')} onClick={() => set(undefined)}><IconRestore size={14} stroke={1.75} /></ActionIcon>}
        <Switch size="xs" aria-label={t('dashboards.acts', { name: label })} checked={!isOff} onChange={(event) => toggle(event.currentTarget.checked)} />
      </div>
      {isChosen && entity && (
        <PathInput label={t('dashboards.way')} entity={entity} value={given ?? undefined} clearable placeholder={t('dashboards.choose_way')} error={messageAt(problems, `filters/${filter.name}`)} accept={(field) => !wanted || field.type === wanted.type} onChange={(next) => set(next)} />
      )}
    </div>
  );
}
