/** New parts of a form, whole from the first moment. */
import { isToMany, ownFields } from '@/catalog/catalog';
import type { Field } from '@/catalog/types';
import { newIndicator, newWidget } from './dashboardNew';
import type { Subject } from './dashboardStart';
import { asFormWidget, everything, type FormDoc, type FormNode, type PartOfForm } from './form';
import { fieldPart, relations, SECTION } from './formStart';
import { freeName } from './formTree';
import { pathsOn } from './formUse';
import type { Label, MeasureDoc, ScriptDoc } from './types';

export const COMPONENTS = ['section', 'tab', 'tabs', 'lines', 'related', 'history', 'indicator', 'chart', 'text', 'image', 'button'] as const;
export type NewPart = (typeof COMPONENTS)[number];

const TAB: Label = { en: 'Tab', ru: 'Вкладка' };
const TEXT: Label = { en: 'A few words for whoever fills this in', ru: 'Несколько слов для того, кто заполняет' };

/** What new parts are made of: the entity of the form, and what it may show beside its records. */
export interface Making {
  subject: Subject;
  subjectOf: (entity: string) => Subject | undefined;
  measures: MeasureDoc[];
  scripts: ScriptDoc[];
}

/** Buttons of scripts on records of an entity. */
export const buttonsOf = (scripts: ScriptDoc[], entity: string) => scripts.flatMap((script) => (script.buttons ?? []).filter((one) => one.entity === entity).map((button) => ({ script, button })));

/** The first lines of the record that are not on the form. */
const freeLines = (doc: FormDoc, subject: Subject): Field | undefined => ownFields(subject.entity).find((field) => field.type === 'children' && !pathsOn(doc).has(field.name));

/** A part of a kind, or nothing where the records have nothing for it. A picture waits for its file. */
export function newPart(kind: NewPart, doc: FormDoc, { subject, subjectOf, measures, scripts }: Making): FormNode | undefined {
  const taken = pathsOn(doc);
  if (kind === 'section') return { type: kind, name: freeName(doc, 'section'), label: SECTION, components: [] };
  if (kind === 'tab') return { name: freeName(doc, 'tab'), label: TAB, components: [] };
  if (kind === 'tabs') return { type: kind, name: freeName(doc, 'tabs'), tabs: [{ name: freeName(doc, 'tab'), label: TAB, components: [] }] };
  if (kind === 'text') return { type: kind, name: freeName(doc, 'text'), text: TEXT, tone: 'info' };
  if (kind === 'image') return { type: kind, name: freeName(doc, 'image'), file: '' };
  if (kind === 'history') return { type: kind };
  if (kind === 'lines') {
    const lines = freeLines(doc, subject);
    return lines && { type: kind, path: lines.name };
  }
  const related = relations(subject);
  if (kind === 'related') {
    const found = related.find((field) => !taken.has(field.name)) ?? related[0];
    return found && { type: kind, path: found.name };
  }
  if (kind === 'button') {
    const used = new Set(everything(doc).flatMap(({ node }) => ('button' in node ? [`${node.script}/${node.button}`] : [])));
    const all = buttonsOf(scripts, subject.entity.name);
    const found = all.find(({ script, button }) => !used.has(`${script.name}/${button.name}`)) ?? all[0];
    return found && { type: kind, script: found.script.name, button: found.button.name };
  }
  if (kind === 'indicator') {
    const measure = measures[0];
    return measure && { type: 'widget', name: freeName(doc, measure.name), widget: asFormWidget(newIndicator(measure, [])) };
  }
  const many = [...related, ...ownFields(subject.entity).filter((field) => field.type === 'children')];
  const found = many.find((field) => field.target && subjectOf(field.target));
  const behind = found?.target ? subjectOf(found.target) : undefined;
  return found && behind && { type: 'widget', name: freeName(doc, `${found.name}_chart`), path: found.name, widget: asFormWidget(newWidget('chart', behind, [])) };
}

/** What a path becomes on a form: a value, lines of the record, or a list of records. */
export function partOfPath(path: string, fields: Field[]): PartOfForm | undefined {
  const last = fields.at(-1);
  if (!last) return undefined;
  if (!isToMany(last)) return fields.length === 1 ? fieldPart(last) : { type: 'field', path };
  return last.type === 'children' && fields.length === 1 ? { type: 'lines', path } : { type: 'related', path };
}
