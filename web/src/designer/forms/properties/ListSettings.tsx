import { ActionIcon, Button, Checkbox, NumberInput, Popover } from '@mantine/core';
import { IconSelector, IconSortAscending, IconSortDescending } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { relatedColumns } from '@/card/RelatedList';
import { isToMany, isToOne, ownFields, targetOf } from '@/catalog/catalog';
import { CatalogProvider } from '@/catalog/useCatalog';
import { pathLabels } from '@/list/filter/compose';
import { FieldPicker } from '@/list/filter/FieldPicker';
import { Path } from '@/ui/marks';
import { PathInput } from '../../measures/PathInput';
import type { LinesPart, RelatedPart } from '../../model/form';
import { summable } from '../../model/formStart';
import { messageAt } from '../../model/problems';
import { ConditionInput, NOTHING } from '../../parts/ConditionInput';
import { LabelInputs } from '../../parts/LabelInputs';
import { PathsInput } from '../../parts/PathsInput';
import { useStudio } from '../../state/StudioProvider';
import { useOwnPartLabel } from '../labels';
import { useDesign } from '../useDesign';
import type { SettingsOf } from './Properties';

const UNSORTED = ['json', 'address', 'location', 'secret', 'file', 'image', 'rich_text', 'long_text', 'multi_choice', 'any_link'];
const DESCENDING = '-';

/** Lines of the record: their columns, and the numbers that are added up below. */
export function LinesSettings({ node, problems, set }: SettingsOf<LinesPart>) {
  const { t } = useTranslation('studio');
  const { draftCatalog } = useStudio();
  const { doc } = useDesign();
  const own = useOwnPartLabel()(node, doc.entity);
  const catalog = draftCatalog();
  const field = catalog.field(doc.entity, node.path);
  const target = catalog.entity(field?.target);
  const numbers = target ? summable(ownFields(target)) : [];
  const totals = node.totals ?? [];
  const columns = node.columns ?? (target ? ownFields(target).filter((one) => one.name !== field?.inverse && !isToMany(one)).map((one) => one.name) : []);
  return (
    <>
      <LabelInputs label={t('forms.own_label')} value={node.label} placeholder={own} error={messageAt(problems, 'label')} onChange={(label) => set({ label }, 'label')} />
      {target && <PathsInput label={t('dashboards.list_columns')} addLabel={t('dashboards.add_column')} entity={target.name} value={columns} error={messageAt(problems, 'columns')} accept={(one, steps) => steps.length === 0 && !one.system && one.name !== field?.inverse} onChange={(next) => set({ columns: next })} />}
      {numbers.length > 0 && (
        <Checkbox.Group label={t('forms.totals')} value={totals} error={messageAt(problems, 'totals')} onChange={(next) => set({ totals: next.length ? next : undefined })}>
          <div className="column gap-8 form-checks">{numbers.map((one) => <Checkbox key={one.name} size="xs" value={one.name} label={one.label} />)}</div>
        </Checkbox.Group>
      )}
    </>
  );
}

/** Which records, in which columns and order. */
export function RelatedSettings({ node, problems, set }: SettingsOf<RelatedPart>) {
  const { t } = useTranslation('studio');
  const { draftCatalog, entity } = useStudio();
  const { doc } = useDesign();
  const own = useOwnPartLabel()(node, doc.entity);
  const catalog = draftCatalog();
  const relation = catalog.path(doc.entity, node.path)?.at(-1);
  const target = relation && catalog.entity(targetOf(relation));
  const sort = node.sort?.[0];
  const isDown = sort?.startsWith(DESCENDING) ?? true;
  const path = sort?.replace(/^-/, '');
  const order = (to: string | undefined, down: boolean) => set({ sort: to ? [`${down ? DESCENDING : ''}${to}`] : undefined });
  const word = t(isDown ? 'dashboards.descending' : 'dashboards.ascending');
  return (
    <>
      <RelationInput label={t('forms.list_from')} entity={doc.entity} value={node.path} error={messageAt(problems, 'path')} onChange={(next) => set({ path: next, columns: undefined, filter: undefined, sort: undefined })} />
      <LabelInputs label={t('forms.own_label')} value={node.label} placeholder={own} error={messageAt(problems, 'label')} onChange={(label) => set({ label }, 'label')} />
      {target && <>
        <PathsInput label={t('dashboards.list_columns')} addLabel={t('dashboards.add_column')} entity={target.name} value={node.columns ?? relatedColumns(target, relation!)} error={messageAt(problems, 'columns')} onChange={(columns) => set({ columns })} />
        <ConditionInput label={t('measures.filter')} value={node.filter ?? ''} entity={entity(target.name)} hint={t('measures.no_filter')} error={messageAt(problems, 'filter')} onChange={(text) => set({ filter: !text.trim() || text === NOTHING ? undefined : text }, 'filter')} />
        <div className="row gap-4 board-sort">
          <div className="grow"><PathInput label={t('dashboards.sort')} entity={target.name} value={path} clearable placeholder={t('dashboards.sort_auto')} error={messageAt(problems, 'sort')} accept={(field) => !isToMany(field) && !UNSORTED.includes(field.type)} onChange={(next) => order(next, isDown)} /></div>
          {path && <ActionIcon size={32} variant="default" aria-label={word} title={word} onClick={() => order(path, !isDown)}>{isDown ? <IconSortDescending size={16} stroke={1.75} /> : <IconSortAscending size={16} stroke={1.75} />}</ActionIcon>}
        </div>
        <NumberInput label={t('dashboards.limit_rows')} placeholder="20" min={1} max={200} allowDecimal={false} value={node.limit ?? ''} error={messageAt(problems, 'limit')} onChange={(limit) => set({ limit: typeof limit === 'number' ? limit : undefined }, 'limit')} />
      </>}
    </>
  );
}

interface RelationProps {
  label: string;
  entity: string;
  value: string | undefined;
  onChange: (path: string) => void;
  error?: string;
}

/** A relation to many records, of the record or behind its links, chosen in the attribute tree. */
export function RelationInput({ label, entity, value, onChange, error }: RelationProps) {
  const { t } = useTranslation('studio');
  const { draftCatalog } = useStudio();
  const [opened, setOpened] = useState(false);
  const catalog = draftCatalog();
  const labels = value ? pathLabels(catalog, entity, value) : [];
  return (
    <div role="group" aria-label={label}>
      <div className="form-label" aria-hidden>{label}</div>
      <Popover opened={opened} onChange={setOpened} position="bottom-start" width={300} trapFocus returnFocus>
        <Popover.Target>
          <Button variant="default" fullWidth justify="space-between" aria-label={`${label}: ${labels.join(' › ')}`} aria-expanded={opened} rightSection={<IconSelector size={15} stroke={1.75} color="var(--text-3)" />} onClick={() => setOpened(!opened)}>
            {value ? <span className="ellipsis row gap-4"><Path labels={labels} /></span> : t('part.choose_field')}
          </Button>
        </Popover.Target>
        <Popover.Dropdown p={8}>
          <CatalogProvider catalog={catalog}><FieldPicker entity={entity} accept={(field, steps) => isToMany(field) && steps.every(isToOne)} enter={isToOne} onPick={(path) => { setOpened(false); if (path !== value) onChange(path); }} /></CatalogProvider>
        </Popover.Dropdown>
      </Popover>
      {error && <div className="control-error" role="alert">{error}</div>}
    </div>
  );
}
