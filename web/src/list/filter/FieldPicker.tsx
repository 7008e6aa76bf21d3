import './filter.css';
import { ActionIcon, TextInput, UnstyledButton } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconSearch } from '@tabler/icons-react';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { inverseFields, ownFields, systemFields, targetOf } from '@/catalog/catalog';
import { useCatalog } from '@/catalog/useCatalog';
import type { Field } from '@/catalog/types';
import { FieldTypeIcon } from '@/ui/FieldTypeIcon';
import { Path } from '@/ui/marks';

interface Props {
  entity: string;
  /** Whether the field at the end of a path may be chosen. */
  accept: (field: Field, path: Field[]) => boolean;
  /** Whether the tree may go into a relation. */
  enter?: (field: Field, path: Field[]) => boolean;
  onPick: (path: string) => void;
  /** Where the tree stands: the relations that were entered. */
  onSteps?: (steps: Field[]) => void;
  /** What stands at the end of the row of a field, such as its value on a sample record. */
  hint?: (field: Field) => ReactNode;
}

const DEPTH = 16;

/** The attribute tree: fields of the entity, and through any relation those of the next, in human names. */
export function FieldPicker({ entity, accept, enter = () => true, onPick, onSteps, hint }: Props) {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const [steps, keepSteps] = useState<Field[]>([]);
  const setSteps = (next: Field[]) => { keepSteps(next); onSteps?.(next); };
  const [words, setWords] = useState('');
  const current = catalog.entity(steps.length ? targetOf(steps[steps.length - 1]!) : entity);
  const fields = useMemo(() => (current ? [...ownFields(current), ...inverseFields(current), ...systemFields(current)].flatMap((field) => [field, ...catalog.narrowed(field)]) : []), [catalog, current]);
  const fits = (field: Field) => field.label.toLowerCase().includes(words.trim().toLowerCase());
  const opens = (field: Field) => steps.length < DEPTH && !!catalog.entity(targetOf(field)) && enter(field, steps);
  const shown = fields.filter((field) => fits(field) && (accept(field, steps) || opens(field)));
  const pick = (field: Field) => onPick([...steps, field].map((step) => step.name).join('.'));

  return (
    <div className="field-picker">
      <TextInput placeholder={t('filter.find_field')} aria-label={t('filter.find_field')} value={words} onChange={(event) => setWords(event.currentTarget.value)} leftSection={<IconSearch size={15} stroke={1.75} />} data-autofocus autoFocus />
      {steps.length > 0 && (
        <div className="row gap-4" style={{ padding: '6px 2px 2px' }}>
          <ActionIcon aria-label={t('common:action.back')} onClick={() => setSteps(steps.slice(0, -1))}><IconChevronLeft size={16} stroke={1.75} /></ActionIcon>
          <span className="size-12 primary medium ellipsis"><Path labels={steps.map((step) => step.label)} /></span>
        </div>
      )}
      <div className="field-picker-list">
        {shown.map((field) => (
          <div key={field.name} className="field-picker-row">
            <UnstyledButton className="field-picker-name" onClick={() => (accept(field, steps) ? pick(field) : setSteps([...steps, field]))}>
              <FieldTypeIcon type={field.type} /><span className="ellipsis grow">{field.label}</span>{hint && <span className="field-picker-hint">{hint(field)}</span>}
            </UnstyledButton>
            {opens(field) && <ActionIcon aria-label={t('filter.open_relation', { label: field.label })} onClick={() => { setSteps([...steps, field]); setWords(''); }}><IconChevronRight size={15} stroke={1.75} /></ActionIcon>}
          </div>
        ))}
        {shown.length === 0 && <div className="dim size-12" style={{ padding: 8 }}>{t('common:palette.nothing')}</div>}
      </div>
    </div>
  );
}
