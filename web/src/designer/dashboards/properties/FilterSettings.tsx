import { ActionIcon, Button, Menu, MultiSelect, Select, Switch, TagsInput } from '@mantine/core';
import { IconCalendar, IconFilter, IconPlus, IconTrash, IconUser } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ownFields, systemFields } from '@/catalog/catalog';
import { PERIOD_WORDS } from '@/measures/api';
import type { FilterDoc } from '../../model/dashboard';
import { withFilters } from '../../model/dashboard';
import { FILTERED, withFilter } from '../../model/dashboardNew';
import { labelOfField } from '../../model/dashboardStart';
import { uniqueName } from '../../model/naming';
import { messageAt } from '../../model/problems';
import type { Problem } from '../../model/types';
import { LabelInputs } from '../../parts/LabelInputs';
import { EntitySelect } from '../../parts/selects';
import { useStudio } from '../../state/StudioProvider';
import { useFilterLabel } from '../useFilterLabel';
import { useBoard } from '../useBoard';
import { useEntityOf } from '../useEntityOf';
import { useSubject } from '../useSubject';

const icon = { size: 15, stroke: 1.75 };
/** No period at first: each indicator has its own. */
const OWN = 'own';
const LABELS = { period: { en: 'Period', ru: 'Период' }, person: { en: 'Person', ru: 'Ответственный' } };

/** The filters above the dashboard, each acting on every widget that has a way to it. */
export function FilterSettings({ problems }: { problems: Problem[] }) {
  const { t } = useTranslation('studio');
  const { draftCatalog, entities } = useStudio();
  const { doc, widgets, save } = useBoard();
  const readBy = useEntityOf();
  const subjectOf = useSubject();
  const filters = doc.filters ?? [];
  const has = (type: FilterDoc['type']) => filters.some((one) => one.type === type);
  const add = (filter: FilterDoc) => save(withFilter(doc, { ...filter, name: uniqueName(filter.name, filters.map((one) => one.name)) }, draftCatalog(), readBy));
  // A field that tells records apart, of what the widgets read most.
  const fieldFor = (entity: string): FilterDoc | undefined => {
    const subject = subjectOf(entity);
    const found = subject && [...ownFields(subject.entity), ...systemFields(subject.entity)].filter((one) => FILTERED.includes(one.type)).sort((a, b) => FILTERED.indexOf(a.type) - FILTERED.indexOf(b.type))[0];
    return found && { name: found.name, type: 'field', entity, field: found.name, label: labelOfField(subject, found) };
  };
  const addField = () => {
    const names = [...widgets.flatMap((one) => readBy(one) ?? []), ...entities.flatMap((one) => (one.system ? [] : [one.name]))];
    const found = names.map(fieldFor).find(Boolean);
    if (found) add(found);
  };
  return (
    <section className="column gap-10 board-section" aria-label={t('dashboards.filters')}>
      <h3 className="section-title row gap-6"><IconFilter {...icon} />{t('dashboards.filters')}</h3>
      {filters.length === 0 && <p className="hint">{t('dashboards.filters_text')}</p>}
      {filters.map((one, at) => <Filter key={one.name} filter={one} at={at} problems={problems} fieldFor={fieldFor} />)}
      <Menu position="bottom-start">
        <Menu.Target><Button variant="subtle" size="compact-sm" w="fit-content" leftSection={<IconPlus size={14} stroke={1.75} />}>{t('dashboards.add_filter')}</Button></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconCalendar {...icon} />} disabled={has('period')} onClick={() => add({ name: 'period', type: 'period', label: LABELS.period, default: 'all' })}>{t('dashboards.filter_period')}</Menu.Item>
          <Menu.Item leftSection={<IconUser {...icon} />} disabled={has('person')} onClick={() => add({ name: 'person', type: 'person', label: LABELS.person })}>{t('dashboards.filter_person')}</Menu.Item>
          <Menu.Item leftSection={<IconFilter {...icon} />} onClick={addField}>{t('dashboards.filter_field')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </section>
  );
}

function Filter({ filter, at, problems, fieldFor }: { filter: FilterDoc; at: number; problems: Problem[]; fieldFor: (entity: string) => FilterDoc | undefined }) {
  const { t } = useTranslation('studio');
  const { draftCatalog, datasetViews } = useStudio();
  const { doc, save } = useBoard();
  const readBy = useEntityOf();
  const subject = useSubject()(filter.entity);
  const label = useFilterLabel()(filter);
  const filters = doc.filters ?? [];
  const wrong = (key: string) => messageAt(problems, `filters/${at}/${key}`);
  const set = (part: Partial<FilterDoc>, mark?: string) => save({ ...doc, filters: filters.map((one) => (one === filter ? { ...one, ...part } : one)) }, mark && `filter.${at}.${mark}`);
  const remove = () => save(withFilters(doc, filters.filter((one) => one !== filter)));
  // By another field it begins anew: its name is what widgets know it by.
  const retake = (next: FilterDoc | undefined) => {
    if (!next) return;
    const rest = withFilters(doc, filters.filter((one) => one !== filter));
    const named = { ...next, name: uniqueName(next.name, (rest.filters ?? []).map((one) => one.name)) };
    const made = withFilter(rest, named, draftCatalog(), readBy);
    const list = made.filters!.slice(0, -1);
    list.splice(at, 0, named);
    save({ ...made, filters: list });
  };
  const fields = subject ? [...ownFields(subject.entity), ...systemFields(subject.entity)].filter((one) => FILTERED.includes(one.type)) : [];
  const field = fields.find((one) => one.name === filter.field);
  const values = Array.isArray(filter.default) ? (filter.default as unknown[]).map(String) : [];
  const give = (next: unknown[]) => set({ default: next.length ? next : undefined });
  return (
    <div className="board-amount" role="group" aria-label={label}>
      <div className="row gap-6"><span className="medium grow ellipsis">{label}</span>{label !== t(`dashboards.filter_${filter.type}`) && <span className="size-12 dim">{t(`dashboards.filter_${filter.type}`)}</span>}
        <ActionIcon size={26} aria-label={t('dashboards.remove_filter', { name: label })} title={t('dashboards.remove_filter', { name: label })} onClick={remove}><IconTrash {...icon} /></ActionIcon></div>
      {filter.type === 'period' && <Select label={t('dashboards.at_first')} allowDeselect={false} data={[...PERIOD_WORDS.map((value) => ({ value: value as string, label: t(`period.${value}`) })), { value: OWN, label: t('dashboards.own_periods') }]} value={(filter.default as string | undefined) ?? OWN} error={wrong('default')} onChange={(next) => set({ default: next === OWN ? undefined : next })} />}
      {filter.type === 'person' && <Switch label={t('dashboards.me_first')} checked={filter.default === 'me'} onChange={(event) => set({ default: event.currentTarget.checked ? 'me' : undefined })} />}
      {filter.type === 'field' && (
        <>
          <div className="pair">
            <EntitySelect label={t('dashboards.filter_of')} datasets={datasetViews} value={filter.entity} error={wrong('entity')} onChange={(entity) => retake(fieldFor(entity))} />
            <Select searchable allowDeselect={false} label={t('dashboards.filter_by')} data={fields.map((one) => ({ value: one.name, label: one.label }))} value={filter.field ?? null} error={wrong('field')} nothingFoundMessage={t('part.nothing')} onChange={(name) => { const found = fields.find((one) => one.name === name); if (found && subject && name !== filter.field) retake({ name: found.name, type: 'field', entity: filter.entity, field: found.name, label: labelOfField(subject, found) }); }} />
          </div>
          {field?.choices && <MultiSelect clearable clearButtonProps={{ 'aria-label': t('part.clear') }} label={t('dashboards.at_first')} placeholder={values.length ? undefined : t('dashboards.all_values')} data={field.choices.map((one) => ({ value: one.value, label: one.label }))} value={values} error={wrong('default')} onChange={give} classNames={{ label: 'control-label', input: 'control-input' }} />}
          {field?.type === 'boolean' && <Select clearable clearButtonProps={{ 'aria-label': t('part.clear') }} label={t('dashboards.at_first')} placeholder={t('dashboards.all_values')} data={[{ value: 'true', label: t('properties.yes') }, { value: 'false', label: t('properties.no') }]} value={values[0] ?? null} onChange={(next) => give(next ? [next === 'true'] : [])} />}
          {field?.type === 'text' && <TagsInput label={t('dashboards.at_first')} placeholder={values.length ? undefined : t('dashboards.all_values')} value={values} error={wrong('default')} onChange={give} classNames={{ label: 'control-label', input: 'control-input' }} />}
        </>
      )}
      <details className="details"><summary>{t('measures.label')}</summary><LabelInputs label={t('measures.label')} value={filter.label} error={wrong('label')} onChange={(next) => set({ label: next }, 'label')} /></details>
    </div>
  );
}
