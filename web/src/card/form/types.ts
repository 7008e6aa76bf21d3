import type { RecordButton } from '@/catalog/types';
import type { Widget } from '@/dashboards/types';
import type { Hue } from '@/ui/hue';

/** Where a component may be: the card, the page and the dialog of a new record, the phone. */
export const VARIANTS = ['edit', 'create', 'quick', 'phone'] as const;
export type Variant = (typeof VARIANTS)[number];

/** An expression over the record: typed where the browser can tell, else as a text that only the database answers. */
export interface Condition {
  when: unknown;
  text: string;
}

export type StyleColor = Hue;

/** How a value looks where the condition holds; the first that does is taken. */
export interface StyleRule extends Condition {
  color: StyleColor;
}

interface Base {
  /** Unique in the layout where given. */
  name?: string | null;
  show?: Condition | null;
  in: Variant[];
  /** Where it stands in the document, while it is drawn in the Studio. */
  at?: string;
}

interface Labelled {
  label?: string | null;
}

export interface SectionComponent extends Base, Labelled {
  type: 'section';
  name: string;
  /** One to four; two where nothing is said. */
  columns?: number | null;
  collapsed?: boolean | null;
  hide_when_empty?: boolean | null;
  components: Component[];
}

export interface FormTab extends Base, Labelled {
  name: string;
  icon?: string | null;
  components: Component[];
}

export interface TabsComponent extends Base {
  type: 'tabs';
  tabs: FormTab[];
}

export interface FieldComponent extends Base, Labelled {
  type: 'field';
  /** A field of the record, or one through links: `company.city`. */
  path: string;
  span?: number | null;
  hint?: string | null;
  read_only?: boolean | null;
  style?: StyleRule[] | null;
}

export interface LinesComponent extends Base, Labelled {
  type: 'lines';
  path: string;
  columns?: string[] | null;
  totals?: string[] | null;
}

export interface RelatedComponent extends Base, Labelled {
  type: 'related';
  /** Ends in a relation to many; the steps before it are links. */
  path: string;
  columns?: string[] | null;
  filter?: string | null;
  sort?: string[] | null;
  limit?: number | null;
}

export interface TextComponent extends Base {
  type: 'text';
  name: string;
  text: string;
  tone?: 'note' | 'info' | 'warning' | null;
}

export interface ImageComponent extends Base, Labelled {
  type: 'image';
  name: string;
  file: string;
}

export interface ButtonComponent extends Base, Labelled {
  type: 'button';
  script: string;
  /** In the catalog the button itself; in a document only its name. */
  button: RecordButton | string;
}

export interface WidgetComponent extends Base {
  type: 'widget';
  name: string;
  path?: string | null;
  widget: Widget;
}

export interface HistoryComponent extends Base, Labelled {
  type: 'history';
}

/** Made by the generated form alone: who made the record and when, and the letters about it. */
export interface LettersComponent extends Base, Labelled {
  type: 'letters';
}

export type Component =
  | SectionComponent | TabsComponent | FieldComponent | LinesComponent | RelatedComponent | TextComponent | ImageComponent | ButtonComponent | WidgetComponent | HistoryComponent | LettersComponent;
export type ComponentType = Component['type'];
export type Of<T extends ComponentType> = Extract<Component, { type: T }>;

/** A form as the catalog has it for the caller: texts in one language, what is not for them left out. */
export interface FormLayout {
  /** Empty for the generated one. */
  name: string;
  label: string;
  help?: string | null;
  /** Paths of the facts under the title; none: those the card finds itself. */
  header?: string[] | null;
  stage?: string | null;
  tabs: FormTab[];
  side?: Component[] | null;
  /** Paths through links that fields, header and conditions need. */
  reads: string[];
}
