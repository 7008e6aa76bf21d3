/** A form that is drawn, as the card draws it: all parts are there, each with its pointer, whatever their conditions say. */
import type { Catalog } from '@/catalog/catalog';
import type { Component, FormLayout, FormTab } from '@/card/form/types';
import type { IndicatorWidget, Widget } from '@/dashboards/types';
import { asWidget, type FormDoc, type FormTabDoc, isTab, type PartOfForm, type Variant, VARIANTS } from '../model/form';
import { asShown } from '../model/measure';
import { variantsOf } from '../model/formUse';
import { type Label, labelOf, type Language, type MeasureDoc, type ScriptDoc, textOf } from '../model/types';

interface Drawing {
  language: Language;
  /** As the draft would have it. */
  catalog: Catalog;
  /** What the server knows: it cannot read what is not published. */
  published: Catalog;
  measures: MeasureDoc[];
  scripts: ScriptDoc[];
  /** Whether the conditions of colours can be asked for. */
  isWhole: boolean;
}

export function drawnForm(doc: FormDoc, { language, catalog, published, measures, scripts, isWhole }: Drawing): FormLayout {
  const said = (label: Label | undefined) => textOf(label, language) || null;
  const isRequired = (path: string) => Boolean(catalog.field(doc.entity, path)?.required);
  const reads = new Set<string>();
  const read = (path: string) => {
    if (path.includes('.') && published.path(doc.entity, path)) reads.add(path);
  };
  const parts = (components: PartOfForm[], list: string): Component[] => components.flatMap((one, index) => part(one, `${list}/${index}`) ?? []);
  // What holds something of a variant is there for it.
  const holding = (own: Variant[], inner: { in: Variant[] }[]) => VARIANTS.filter((one) => own.includes(one) || inner.some((part) => part.in.includes(one)));
  const tab = (one: FormTabDoc, at: string): FormTab => {
    const components = parts(one.components, `${at}/components`);
    return { at, name: one.name, label: said(one.label), icon: one.icon, in: holding(variantsOf(doc, at, isRequired), components), components };
  };
  const button = (script: string, name: string) => {
    const found = scripts.find((one) => one.name === script)?.buttons?.find((one) => one.name === name);
    return { script, name, label: found ? labelOf(found, language) : name, confirm: '', on_list: false, when: null, parameters: [] };
  };
  const widgetOf = (one: Extract<PartOfForm, { type: 'widget' }>): Widget => {
    const target = one.path ? catalog.path(doc.entity, one.path)?.at(-1)?.target : undefined;
    const shown = { ...asWidget(one, target ?? undefined), label: said(one.widget.label as Label | undefined) } as unknown as Widget;
    if (one.widget.type === 'chart' || one.widget.type === 'pivot') return { ...shown, measures: one.widget.measures.map((amount) => ({ ...amount, label: said(amount.label) })) } as Widget;
    const measure = one.widget.type === 'indicator' ? measures.find((each) => each.name === (one.widget as { measure: string }).measure) : undefined;
    if (!measure) return shown;
    const { label, icon, format, better } = asShown(measure, language);
    return { ...shown, about: { label, icon, format, better } } as IndicatorWidget;
  };
  function part(one: PartOfForm, at: string): Component | undefined {
    const base = { at, in: variantsOf(doc, at, isRequired) };
    switch (one.type) {
      // Whatever is folded or empty on the card is open here.
      case 'section': {
        const components = parts(one.components, `${at}/components`);
        return { ...base, in: holding(base.in, components), type: 'section', name: one.name, label: said(one.label), columns: one.columns, components };
      }
      case 'tabs': {
        const tabs = one.tabs.map((inner, index) => tab(inner, `${at}/tabs/${index}`));
        return { ...base, in: holding(base.in, tabs), type: 'tabs', name: one.name, tabs };
      }
      case 'field': {
        read(one.path);
        return { ...base, type: 'field', path: one.path, span: one.span, label: said(one.label), hint: said(one.hint), read_only: one.read_only, style: isWhole ? one.style?.map(({ when, color }) => ({ when: null, text: when, color })) as never : undefined };
      }
      case 'lines': return { ...base, type: 'lines', path: one.path, label: said(one.label), columns: one.columns, totals: one.totals };
      case 'related': return { ...base, type: 'related', path: one.path, label: said(one.label), columns: one.columns, filter: isWhole ? one.filter : undefined, sort: one.sort, limit: one.limit };
      case 'text': return { ...base, type: 'text', name: one.name, text: textOf(one.text, language), tone: one.tone };
      case 'image': return { ...base, type: 'image', name: one.name, file: one.file, label: said(one.label) };
      case 'button': return { ...base, type: 'button', script: one.script, button: button(one.script, one.button) };
      case 'widget': return { ...base, type: 'widget', name: one.name, path: one.path, widget: widgetOf(one) };
      case 'history': return { ...base, type: 'history', label: said(one.label) };
    }
  }
  for (const path of doc.header ?? []) read(path);
  const tabs = doc.tabs.map((one, index) => tab(one, `/tabs/${index}`));
  const side = parts(doc.side ?? [], '/side');
  return { name: doc.name, label: labelOf(doc, language), help: said(doc.help), header: doc.header, stage: doc.stage, tabs, side, reads: [...reads] };
}

/** The names of the tabs that have to be open for a part to be seen, the outer ones first. */
export function tabsAround(doc: FormDoc, at: string): { list: string; name: string }[] {
  const found: { list: string; name: string }[] = [];
  let list = '';
  let nodes: unknown = doc;
  const steps = at.split('/').slice(1);
  for (let index = 0; index < steps.length; index += 2) {
    const [key, place] = [steps[index]!, Number(steps[index + 1])];
    const node = ((nodes as Record<string, unknown>)[key] as (FormTabDoc | PartOfForm)[] | undefined)?.[place];
    if (!node) break;
    if (isTab(node)) found.push({ list: `${list}/${key}`, name: node.name });
    list = `${list}/${key}/${place}`;
    nodes = node;
  }
  return found;
}
