/** Forms as documents: what stands on the card of a record. Places in them are JSON pointers, as in the problems that the server tells. */
import { documentName } from './entities';
import { newId } from './naming';
import type { WidgetDoc } from './dashboard';
import { type BaseDoc, type Label, labelOf } from './types';

/** Where a component may be: the card, the page of a new record, the dialog of few fields, the phone. */
export const VARIANTS = ['edit', 'create', 'quick', 'phone'] as const;
export type Variant = (typeof VARIANTS)[number];

/** A colour, one of the ten hues, where a condition is true. */
export interface StyleDoc {
  when: string;
  color: string;
}

interface Shown {
  /** A condition on the record. */
  show?: string;
  /** Absent: where what it stands in is. */
  in?: Variant[];
}

export interface SectionPart extends Shown {
  type: 'section';
  name: string;
  label?: Label;
  columns?: number;
  collapsed?: boolean;
  hide_when_empty?: boolean;
  components: PartOfForm[];
}

export interface FormTabDoc extends Shown {
  name: string;
  label?: Label;
  icon?: string;
  components: PartOfForm[];
}

export interface TabsPart extends Shown {
  type: 'tabs';
  name: string;
  tabs: FormTabDoc[];
}

export interface FieldPart extends Shown {
  type: 'field';
  path: string;
  span?: number;
  label?: Label;
  hint?: Label;
  read_only?: boolean;
  style?: StyleDoc[];
}

export interface LinesPart extends Shown {
  type: 'lines';
  path: string;
  label?: Label;
  columns?: string[];
  totals?: string[];
}

export interface RelatedPart extends Shown {
  type: 'related';
  path: string;
  label?: Label;
  columns?: string[];
  filter?: string;
  sort?: string[];
  limit?: number;
}

export const TONES = ['note', 'info', 'warning'] as const;
export interface TextPart extends Shown {
  type: 'text';
  name: string;
  text: Label;
  tone?: (typeof TONES)[number];
}

export interface ImagePart extends Shown {
  type: 'image';
  name: string;
  file: string;
  label?: Label;
}

export interface ButtonPart extends Shown {
  type: 'button';
  script: string;
  button: string;
}

/** What a widget of a dashboard has and one on a form has not: its records are those of its path. */
const APART = ['name', 'place', 'filters', 'entity', 'view', 'date', 'person'] as const;
type OnForm<W> = W extends { type: 'text' } ? never : Omit<W, (typeof APART)[number]>;
export type FormWidget = WidgetDoc extends infer W ? OnForm<W> : never;

/** A widget of a dashboard as one on a form. */
export const asFormWidget = (widget: WidgetDoc): FormWidget => Object.fromEntries(Object.entries(widget).filter(([key]) => !(APART as readonly string[]).includes(key))) as unknown as FormWidget;
/** The other way: over the records of an entity, with the name that it has on the form. */
export const asWidget = ({ name, widget }: Pick<WidgetPart, 'name' | 'widget'>, entity: string | undefined): WidgetDoc => ({ ...widget, name, place: { x: 0, y: 0, width: 12, height: 1 }, ...(entity !== undefined && widget.type !== 'indicator' && { entity }) }) as unknown as WidgetDoc;

export interface WidgetPart extends Shown {
  type: 'widget';
  name: string;
  path?: string;
  widget: FormWidget;
}

export interface HistoryPart extends Shown {
  type: 'history';
  label?: Label;
}

export type PartOfForm = SectionPart | TabsPart | FieldPart | LinesPart | RelatedPart | TextPart | ImagePart | ButtonPart | WidgetPart | HistoryPart;
export type PartType = PartOfForm['type'];
export type FormNode = PartOfForm | FormTabDoc;

export interface FormDoc extends BaseDoc {
  kind: 'form';
  entity: string;
  roles?: string[];
  order?: number;
  header?: string[];
  stage?: string;
  help?: Label;
  tabs: FormTabDoc[];
  side?: PartOfForm[];
}

export const isTab = (node: FormNode): node is FormTabDoc => !('type' in node);
export const typeOf = (node: FormNode): PartType | 'tab' => (isTab(node) ? 'tab' : node.type);

/** The list of what stands within, by its key. */
export function within(node: FormNode): { key: 'components' | 'tabs'; nodes: FormNode[] } | undefined {
  if (isTab(node) || node.type === 'section') return { key: 'components', nodes: node.components };
  return node.type === 'tabs' ? { key: 'tabs', nodes: node.tabs } : undefined;
}

/** Everything with its pointer, what stands within after what it stands in. */
export interface Placed {
  at: string;
  node: FormNode;
  depth: number;
}

export function everything(doc: FormDoc): Placed[] {
  const walk = (nodes: FormNode[], list: string, depth: number): Placed[] => nodes.flatMap((node, index) => {
    const at = `${list}/${index}`;
    const inner = within(node);
    return [{ at, node, depth }, ...(inner ? walk(inner.nodes, `${at}/${inner.key}`, depth + 1) : [])];
  });
  return [...walk(doc.tabs, '/tabs', 0), ...walk(doc.side ?? [], '/side', 0)];
}

/** The list a node stands in, and where in it. */
export function spot(at: string): { list: string; index: number } {
  const cut = at.lastIndexOf('/');
  return { list: at.slice(0, cut), index: Number(at.slice(cut + 1)) };
}

/** What a list belongs to: a pointer to a section, tabs or a tab; nothing for the form's own lists. */
export const ownerOf = (list: string): string | undefined => (list === '/tabs' || list === '/side' ? undefined : list.slice(0, list.lastIndexOf('/')));

/** The pointers of what a node stands in, the nearest first. */
export function ancestors(at: string): string[] {
  const owner = ownerOf(spot(at).list);
  return owner === undefined ? [] : [owner, ...ancestors(owner)];
}

export const isInside = (at: string, other: string): boolean => at === other || at.startsWith(`${other}/`);

export function listAt(doc: FormDoc, list: string): FormNode[] | undefined {
  if (list === '/tabs') return doc.tabs;
  if (list === '/side') return doc.side ?? [];
  const owner = nodeAt(doc, ownerOf(list)!);
  const inner = owner && within(owner);
  return inner && list.endsWith(`/${inner.key}`) ? inner.nodes : undefined;
}

export function nodeAt(doc: FormDoc, at: string): FormNode | undefined {
  if (!/^\/(tabs|side)\/\d/.test(at)) return undefined;
  const { list, index } = spot(at);
  return listAt(doc, list)?.[index];
}

/** The nearest node that a pointer leads into, such as that of a mistake at `/tabs/0/components/1/path`. */
export function nodeOf(doc: FormDoc, path: string): string | undefined {
  for (let at = path; at.includes('/') && at !== ''; at = at.slice(0, at.lastIndexOf('/'))) if (/\/\d+$/.test(at) && nodeAt(doc, at)) return at;
  return undefined;
}

/** Puts another list in the place of one; a list that does not exist leaves the form as it is. */
export function withList(doc: FormDoc, list: string, change: (nodes: FormNode[]) => FormNode[]): FormDoc {
  if (list === '/tabs') return { ...doc, tabs: change(doc.tabs) as FormTabDoc[] };
  if (list === '/side') {
    const side = change(doc.side ?? []) as PartOfForm[];
    return { ...doc, side: side.length ? side : undefined };
  }
  const owner = ownerOf(list)!;
  return withNode(doc, owner, (node) => {
    const inner = within(node);
    return inner && list === `${owner}/${inner.key}` ? ({ ...node, [inner.key]: change(inner.nodes) } as FormNode) : node;
  });
}

export function withNode(doc: FormDoc, at: string, change: (node: FormNode) => FormNode): FormDoc {
  const { list, index } = spot(at);
  return withList(doc, list, (nodes) => nodes.map((node, place) => (place === index ? change(node) : node)));
}

/** A form whose empty sections have lists of nothing: the server leaves those out. */
export function wholeForm<T extends Pick<FormDoc, 'tabs' | 'side'>>(doc: T): T {
  const part = (one: PartOfForm): PartOfForm => {
    if (one.type === 'section') return { ...one, components: (one.components ?? []).map(part) };
    return one.type === 'tabs' ? { ...one, tabs: (one.tabs ?? []).map(tab) } : one;
  };
  const tab = (one: FormTabDoc): FormTabDoc => ({ ...one, components: (one.components ?? []).map(part) });
  return { ...doc, tabs: (doc.tabs ?? []).map(tab), ...(doc.side && { side: doc.side.map(part) }) };
}

export const newForm = (label: Label, entity: string, taken: string[], body: Pick<FormDoc, 'tabs'> & Partial<FormDoc>): FormDoc => ({ ...body, kind: 'form', id: newId(), name: documentName(label, taken, 'form'), label, entity });

/** Another one like it for people of a role, called so that the two are told apart. */
export function copiedForm(doc: FormDoc, taken: string[], label?: Label, roles?: string[]): FormDoc {
  const named: Label = label ?? { en: `${labelOf(doc, 'en')} (copy)`, ru: `${labelOf(doc, 'ru')} (копия)` };
  const { id: _, ...rest } = structuredClone(doc);
  return { ...rest, id: newId(), name: documentName(named, taken, 'form'), label: named, roles: roles?.length ? roles : undefined };
}
