import { UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Catalog, inverseFields, isToMany, isToOne, ownFields, systemFields, targetOf } from '@/catalog/catalog';
import type { Entity, Field } from '@/catalog/types';
import { EntityIcon } from '@/ui/EntityIcon';
import { partOfPath } from '../model/formNew';
import { pathsOn } from '../model/formUse';
import { useStudio } from '../state/StudioProvider';
import { FieldItem } from './Palette';
import { useCarry } from './useCarry';
import { useDesign } from './useDesign';
import { useAddPart } from './useMaking';

/** How many relations a path goes through at most. */
const DEPTH = 8;

/** Relations of an entity: its links, one link of any to each, and what points at it. */
function relationsOf(catalog: Catalog, entity: Entity): Field[] {
  const links = [...ownFields(entity), ...systemFields(entity)].flatMap((field) => [field, ...catalog.narrowed(field)]).filter((field) => isToOne(field));
  const many = [...inverseFields(entity), ...ownFields(entity).filter((field) => isToMany(field))];
  return [...links, ...many].filter((field) => catalog.entity(targetOf(field)));
}

const valuesOf = (entity: Entity): Field[] => [...ownFields(entity), ...systemFields(entity)].filter((field) => !isToMany(field) && field.type !== 'secret');

/** Fields of linked records and lists of records that point here, at any depth. */
export function RelationTree({ words }: { words: string }) {
  const { t } = useTranslation('studio');
  const { subject } = useDesign();
  const { draftCatalog } = useStudio();
  const catalog = draftCatalog();
  const entity = catalog.entity(subject.entity.name);
  const rows = entity ? relationsOf(catalog, entity).filter((field) => field.type !== 'children') : [];
  if (!rows.length) return <p className="hint">{t('forms.no_relations')}</p>;
  return <div className="column form-relations" role="group" aria-label={t('forms.through')}>{rows.map((field) => <Relation key={field.name} steps={[field]} catalog={catalog} words={words} />)}</div>;
}

function Relation({ steps, catalog, words }: { steps: Field[]; catalog: Catalog; words: string }) {
  const { t } = useTranslation('studio');
  const { doc } = useDesign();
  const [open, setOpen] = useState(false);
  const { press, wasDragged } = useCarry();
  const add = useAddPart();
  const last = steps.at(-1)!;
  const far = catalog.entity(targetOf(last))!;
  const path = steps.map((field) => field.name).join('.');
  const said = steps.map((field) => field.label).join(' › ');
  const many = isToMany(last);
  const node = many ? partOfPath(path, steps) : undefined;
  const on = pathsOn(doc);
  const icon = <EntityIcon name={far.icon} size={15} />;
  if (node) {
    return (
      <UnstyledButton className="form-relation" data-used={on.has(path) || undefined} title={t('forms.add_list')} aria-label={t('forms.list_of', { name: said })} onPointerDown={(event) => press(event, { node, label: said, icon })} onClick={() => { if (!wasDragged()) add(node); }}>
        <span className="form-relation-gap" />{icon}<span className="ellipsis grow">{last.label}</span>{' '}<span className="tag">{t('forms.a_list')}</span>
      </UnstyledButton>
    );
  }
  const fields = valuesOf(far).filter((field) => field.label.toLowerCase().includes(words) && !on.has(`${path}.${field.name}`));
  const further = steps.length < DEPTH ? relationsOf(catalog, far) : [];
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <div>
      <UnstyledButton className="form-relation" aria-expanded={open} onClick={() => setOpen(!open)}><Chevron size={14} stroke={1.75} />{icon}<span className="ellipsis grow">{last.label}</span><span className="tree-count">{valuesOf(far).length}</span></UnstyledButton>
      {open && (
        <div className="form-branch column gap-4">
          {fields.map((field) => <FieldItem key={field.name} label={field.label} said={`${said} › ${field.label}`} type={field.type} node={{ type: 'field', path: `${path}.${field.name}` }} />)}
          {further.map((field) => <Relation key={field.name} steps={[...steps, field]} catalog={catalog} words={words} />)}
        </div>
      )}
    </div>
  );
}
