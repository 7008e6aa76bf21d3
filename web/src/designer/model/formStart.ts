/** A form to begin with: the card as it is without one, so that drawing begins with what people know. */
import { inverseFields, isComposed, isNumeric, ownFields, stageField } from '@/catalog/catalog';
import type { Field } from '@/catalog/types';
import { isWide, sectionsOf } from '@/card/sections';
import { labelOfField, type Subject } from './dashboardStart';
import type { FieldPart, FormDoc, FormTabDoc, PartOfForm, SectionPart } from './form';
import { nameFromLabel, uniqueName } from './naming';
import type { Label } from './types';

const MAIN: Label = { en: 'Main', ru: 'Основное' };
const FILES: Label = { en: 'Files', ru: 'Файлы' };
const ABOUT: Label = { en: 'About this record', ru: 'О записи' };
export const SECTION: Label = { en: 'Section', ru: 'Раздел' };

export const fieldPart = (field: Field, columns = 2): FieldPart => ({ type: 'field', path: field.name, ...(isWide(field) && columns > 1 && { span: columns }) });
export const linesPart = (field: Field): PartOfForm => ({ type: 'lines', path: field.name });

/** A form of one empty section. */
export const emptyForm = ({ doc, entity, language }: Subject): Pick<FormDoc, 'tabs'> => ({
  tabs: [{ name: 'main', label: MAIN, components: [{ type: 'section', name: 'record', label: doc.label ?? { [language]: entity.label }, components: [] }] }],
});

/** The generated card as a form: own fields in their order, lines, files, what points here as tabs, and the changes at the side. */
export function startedForm(subject: Subject, relationLabel: (field: Field) => Label): Pick<FormDoc, 'tabs' | 'side' | 'stage'> {
  const { entity, doc, language } = subject;
  const { main, lines, files, related, system } = sectionsOf(entity);
  const section = (name: string, label: Label, fields: Field[], more: Partial<SectionPart> = {}): SectionPart[] => (fields.length ? [{ type: 'section', name, label, ...more, components: fields.map((field) => fieldPart(field)) }] : []);
  const names = ['main', 'record', 'files', 'about'];
  const tabs = related.map((field): FormTabDoc => {
    const name = uniqueName(nameFromLabel(field.name, 'tab'), names);
    names.push(name);
    return { name, label: relationLabel(field), components: [{ type: 'related', path: field.name }] };
  });
  const stage = stageField(entity);
  return {
    ...(stage && { stage: stage.name }),
    tabs: [{
      name: 'main', label: MAIN,
      components: [...section('record', doc.label ?? { [language]: entity.label }, main), ...lines.map(linesPart), ...section('files', FILES, files), ...section('about', ABOUT, system, { collapsed: true })],
    }, ...tabs],
    ...(!isComposed(entity) && { side: [{ type: 'history' as const }] }),
  };
}

/** Fields of the record that may stand on a form: its own, and who answers for it and when it was made. */
export const mayStand = (subject: Pick<Subject, 'entity'>): Field[] => {
  const { main, lines, files, system } = sectionsOf(subject.entity);
  return [...main, ...lines, ...files, ...system].filter((field) => field.type !== 'secret');
};

/** A list of records behind a relation, with what tells of them. */
export const relations = (subject: Pick<Subject, 'entity'>): Field[] => [...inverseFields(subject.entity), ...ownFields(subject.entity).filter((field) => field.type === 'links')];

/** Columns of lines whose numbers can be added up. */
export const summable = (fields: Field[]): Field[] => fields.filter((field) => isNumeric(field) && field.type !== 'percent' && field.type !== 'rating');

export const labelled = (subject: Subject, field: Field): Label => labelOfField(subject, field);
