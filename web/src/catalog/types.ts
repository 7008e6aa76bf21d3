import type { FormLayout } from '@/card/form/types';

/** The published metadata as `GET /api/meta/catalog` gives it, labels in the reader's language. */
export type FieldType =
  | 'text' | 'long_text' | 'rich_text' | 'email' | 'phone' | 'url' | 'integer' | 'decimal' | 'money' | 'percent' | 'boolean' | 'date' | 'datetime' | 'time'
  | 'duration' | 'choice' | 'multi_choice' | 'link' | 'links' | 'children' | 'any_link' | 'user' | 'file' | 'image' | 'location' | 'address' | 'json'
  | 'auto_number' | 'color' | 'rating' | 'secret' | 'inverse' | 'id';

export const FIELD_TYPES = [
  'text', 'long_text', 'rich_text', 'email', 'phone', 'url', 'integer', 'decimal', 'money', 'percent', 'boolean', 'date', 'datetime', 'time', 'duration',
  'choice', 'multi_choice', 'link', 'links', 'children', 'any_link', 'user', 'file', 'image', 'location', 'address', 'json', 'auto_number', 'color', 'rating', 'secret',
] as const satisfies readonly FieldType[];

export interface Choice {
  value: string;
  label: string;
  color?: string | null;
}

export interface Field {
  id: string;
  name: string;
  label: string;
  description?: string | null;
  type: FieldType;
  required?: boolean;
  read_only?: boolean;
  write_only?: boolean;
  system?: boolean;
  searchable?: boolean;
  default?: unknown;
  max_length?: number | null;
  min?: string | number | null;
  max?: string | number | null;
  precision?: number | null;
  scale?: number | null;
  currency?: string | null;
  pattern?: string | null;
  choices?: Choice[];
  choice_set?: string | null;
  target?: string | null;
  targets?: string[];
  inverse?: string | null;
  /** Of which period a date is the first day. */
  by?: 'day' | 'month' | 'quarter' | 'year';
  on_delete?: string | null;
  /** Nobody writes the value: it is calculated. */
  calculated?: boolean;
  /** Typed expression by which a form calculates it while one types; of what has its times, or of what one may not know, there is none. */
  formula?: unknown;
  /** When the form shows it. */
  show?: FieldCondition;
  /** When it needs a value. */
  require?: FieldCondition;
  /** When it can no more be changed. */
  lock?: FieldCondition;
  /** Which choices or records may be taken. */
  options?: FieldCondition;
}

/** A condition on a field, with what people read who do otherwise. */
export interface FieldCondition {
  /** Typed expression on the record; nothing where only the server can judge it. */
  when?: unknown;
  message?: string | null;
}

export interface Operations {
  read: boolean;
  create: boolean;
  update: boolean;
  delete: boolean;
  /** Some record of it may be shared with a person or a team. */
  share?: boolean;
  export?: boolean;
}

export interface Rule {
  name: string;
  message: string;
  /** Typed expression, see `scripting/crates/expression/src/json.rs`. */
  when: unknown;
}

export interface Entity {
  id: string;
  name: string;
  label: string;
  plural: string;
  description?: string | null;
  icon?: string | null;
  title?: string | null;
  key?: string | null;
  system?: boolean;
  read_only?: boolean;
  /** Whether its rows are composed of records of others, and nothing of it is stored. */
  dataset?: boolean;
  /** Of which moment its rows are kept, or which list of a register of balances it is. */
  register?: { as_of?: string | null; balances?: 'balances' | 'movements' | 'turnovers' } | null;
  owner?: { entity: string; field: string } | null;
  operations: Operations;
  fields: Field[];
  rules?: Rule[];
  buttons?: RecordButton[];
  /** The form drawn for the reader; none: the card draws itself. */
  form?: FormLayout | null;
}

/** A function of a script that a person calls by a button. */
export interface RecordButton {
  script: string;
  name: string;
  label: string;
  /** A question before it runs; empty for none. */
  confirm: string;
  on_list: boolean;
  /** Typed expression on the record; none for always. */
  when: unknown;
  parameters: Pick<Field, 'name' | 'label' | 'type' | 'required' | 'choices' | 'target'>[];
}

/** A list or a dashboard. */
export interface NavigationItem {
  entity?: string | null;
  dashboard?: string | null;
  label: string;
  icon?: string | null;
}

export interface Application {
  name: string;
  label: string;
  icon?: string | null;
  sections: { label?: string | null; items: NavigationItem[] }[];
}

export interface CatalogUser {
  id: string;
  name: string;
  email: string;
  language: string;
  time_zone?: string | null;
}

/** How a view shows its records. */
export type ViewType = 'grid' | 'kanban' | 'calendar' | 'planner';

/** Settings of a view that name a field. */
export type Setting = 'group_by' | 'lanes' | 'total' | 'start' | 'end' | 'color_by';

/** A saved view of a list, by the names of now. */
export interface SavedView extends Record<Setting, string | null> {
  id: string;
  entity: string;
  label: string;
  audience: 'me' | 'team' | 'everyone';
  team: string | null;
  default: boolean;
  own: boolean;
  may_change: boolean;
  version: number;
  columns: string[];
  sort: string[];
  filter: string | null;
  conditions: Record<string, unknown>[];
  type: ViewType;
  /** How many records a column is to hold at most, by choice. */
  limits: Record<string, number>;
  /** How many of its parts are no more there for the reader. */
  missing: number;
}

export interface CatalogData {
  revision: number;
  workspace: { name: string; language: string; currency?: string | null; time_zone?: string | null };
  rights: { use: boolean; design: boolean; administer: boolean };
  user: CatalogUser;
  applications: Application[];
  /** What opens first, where an application of the person says so. */
  home?: { entity?: string; dashboard?: string } | null;
  entities: Entity[];
  /** What roles are called; for administrators only. */
  roles?: { name: string; label: string }[];
  views?: SavedView[];
  dashboards?: DashboardItem[];
}

/** A dashboard that the reader has. */
export interface DashboardItem {
  name: string;
  label: string;
  icon?: string | null;
  description?: string | null;
}

/** What a link reads as. */
export interface Reference {
  id: string;
  /** Empty where the record, or its title, is not open to the caller. */
  title: string | null;
  entity?: string;
}

export type RecordData = Record<string, unknown> & { id: string; version?: number };
