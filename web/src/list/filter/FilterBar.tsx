import { Popover, UnstyledButton } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalog } from '@/catalog/useCatalog';
import { FilterChip } from '@/ui/marks';
import { pathLabels } from './compose';
import { ConditionEditor } from './ConditionEditor';
import { operatorLabel, valueLabel } from './describe';
import { FieldPicker } from './FieldPicker';
import { type Condition, isComplete } from './model';
import { operatorsOf } from './operators';

interface Props {
  entity: string;
  conditions: Condition[];
  onChange: (conditions: Condition[]) => void;
  /** What the button that adds one is called. */
  addLabel?: string;
}

function AddCondition({ entity, label, onAdd }: { entity: string; label: string; onAdd: (condition: Condition) => void }) {
  const catalog = useCatalog();
  const [opened, setOpened] = useState(false);
  const [draft, setDraft] = useState<Condition | null>(null);
  const close = () => {
    if (draft && isComplete(draft)) onAdd(draft);
    setOpened(false);
    setDraft(null);
  };
  const begin = (path: string) => {
    const field = catalog.path(entity, path)?.at(-1);
    const operator = field && operatorsOf(field)[0];
    if (operator) setDraft({ path, operator });
  };
  return (
    <Popover opened={opened} onChange={(next) => !next && close()} position="bottom-start" trapFocus returnFocus closeOnClickOutside>
      <Popover.Target><UnstyledButton className="chip-add" aria-expanded={opened} onClick={() => (opened ? close() : setOpened(true))}><IconPlus size={13} stroke={1.75} />{label}</UnstyledButton></Popover.Target>
      <Popover.Dropdown p={8} aria-label={label}>
        {draft ? <ConditionEditor entity={entity} condition={draft} onChange={setDraft} onDone={close} /> : <FieldPicker entity={entity} accept={(field) => operatorsOf(field).length > 0} onPick={begin} />}
      </Popover.Dropdown>
    </Popover>
  );
}

/** The chips of the filter; each opens to be changed, the dashed one adds. */
export function FilterChips({ entity, conditions, onChange, addLabel }: Props) {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const [open, setOpen] = useState<{ index: number; draft: Condition } | null>(null);
  const replace = (index: number, condition: Condition) => onChange(conditions.map((item, position) => (position === index ? condition : item)));
  const close = () => {
    if (open && isComplete(open.draft)) replace(open.index, open.draft);
    setOpen(null);
  };
  return (
    <>
      {conditions.map((condition, index) => {
        const field = catalog.path(entity, condition.path)?.at(-1);
        const labels = pathLabels(catalog, entity, condition.path);
        if (!field) return null;
        return (
          <Popover key={index} opened={open?.index === index} onChange={(next) => !next && close()} position="bottom-start" trapFocus returnFocus withRoles={false}>
            <Popover.Target>
              <span style={{ display: 'inline-flex', maxWidth: '100%' }}>
                <FilterChip labels={labels} operator={operatorLabel(condition)} value={valueLabel(field, condition, catalog.data.workspace.currency)} removeLabel={t('filter.remove', { label: labels.join(' › ') })}
                  onOpen={() => setOpen({ index, draft: condition })} onRemove={() => onChange(conditions.filter((_, position) => position !== index))} />
              </span>
            </Popover.Target>
            <Popover.Dropdown p={8} aria-label={labels.join(' › ')}>{open?.index === index && <ConditionEditor entity={entity} condition={open.draft} onChange={(draft) => setOpen({ index, draft })} onDone={close} />}</Popover.Dropdown>
          </Popover>
        );
      })}
      <AddCondition entity={entity} label={addLabel ?? t('filter.add')} onAdd={(condition) => onChange([...conditions, condition])} />
    </>
  );
}
