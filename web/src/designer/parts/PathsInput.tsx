import { ActionIcon, Button, Popover } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isToMany } from '@/catalog/catalog';
import type { Field } from '@/catalog/types';
import { CatalogProvider } from '@/catalog/useCatalog';
import { pathLabels } from '@/list/filter/compose';
import { FieldPicker } from '@/list/filter/FieldPicker';
import { Path } from '@/ui/marks';
import { useStudio } from '../state/StudioProvider';
import { Handle, SortableList, useSortableRow } from './Sortable';

interface Props {
  label: string;
  addLabel: string;
  entity: string;
  value: string[];
  onChange: (paths: string[]) => void;
  /** What may be chosen beside what a list can show. */
  accept?: (field: Field, steps: Field[]) => boolean;
  /** How many are to be left at least. */
  least?: number;
  /** What is there while none is chosen. */
  none?: string;
  error?: string;
}

/** Fields of an entity, put in order by mouse or keyboard, added out of the attribute tree. */
export function PathsInput({ label, addLabel, entity, value, onChange, accept = () => true, least = 1, none, error }: Props) {
  const { t } = useTranslation('studio');
  const { draftCatalog } = useStudio();
  const [opened, setOpened] = useState(false);
  const mayTake = (field: Field, steps: Field[]) => !isToMany(field) && !steps.some(isToMany) && field.type !== 'secret' && !value.includes([...steps, field].map((one) => one.name).join('.')) && accept(field, steps);
  return (
    <div role="group" aria-label={label}>
      <div className="form-label" aria-hidden>{label}</div>
      {value.length === 0 && none && <p className="hint">{none}</p>}
      {value.length > 0 && (
        <div className="choice-list board-columns">
          <SortableList ids={value} onOrder={onChange}>
            {(order) => order.map((path, at) => <Row key={path} path={path} at={at} labels={pathLabels(draftCatalog(), entity, path)} onRemove={value.length > least ? () => onChange(value.filter((one) => one !== path)) : undefined} />)}
          </SortableList>
        </div>
      )}
      <Popover opened={opened} onChange={setOpened} position="bottom-start" width={300} trapFocus returnFocus>
        <Popover.Target><Button mt={6} variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} stroke={1.75} />} aria-expanded={opened} onClick={() => setOpened(!opened)}>{addLabel}</Button></Popover.Target>
        <Popover.Dropdown p={8}>
          <CatalogProvider catalog={draftCatalog()}><FieldPicker entity={entity} accept={mayTake} enter={(field) => !isToMany(field)} onPick={(path) => { setOpened(false); onChange([...value, path]); }} /></CatalogProvider>
        </Popover.Dropdown>
      </Popover>
      {error && <div className="control-error" role="alert">{error}</div>}
    </div>
  );
}

function Row({ path, at, labels, onRemove }: { path: string; at: number; labels: string[]; onRemove?: () => void }) {
  const { t } = useTranslation('studio');
  const { ref, handleRef, dragging } = useSortableRow(path, at);
  const name = labels.join(' › ') || path;
  return (
    <div ref={ref} className="choice-row board-column" data-dragging={dragging || undefined}>
      <Handle handleRef={handleRef} name={name} /><span className="ellipsis">{labels.length ? <Path labels={labels} /> : path}</span>
      {onRemove && <ActionIcon size={24} aria-label={t('dashboards.remove_column', { name })} onClick={onRemove}><IconX size={14} stroke={1.75} /></ActionIcon>}
    </div>
  );
}
