/** The documents as the server keeps them, and what it says about them. */
import type { DashboardDoc } from './dashboard';
import { type FormDoc, wholeForm } from './form';

export type Language = 'en' | 'ru';
export type Label = Partial<Record<Language, string>>;
export type Kind = 'entity' | 'choice_set' | 'application' | 'measure' | 'role' | 'script' | 'view' | 'dataset' | 'register' | 'dashboard' | 'form';

export interface ChoiceDoc {
  id?: string;
  value: string;
  label?: Label;
  color?: string;
}

export type DefaultDoc = string | number | boolean | null | unknown[] | { expression: string } | Record<string, unknown>;

export interface FieldDoc {
  id?: string;
  name: string;
  type: string;
  label?: Label;
  description?: Label;
  required?: boolean;
  default?: DefaultDoc;
  unique?: boolean;
  searchable?: boolean;
  audit_reads?: boolean;
  max_length?: number;
  pattern?: string;
  sequence?: string;
  gapless?: boolean;
  min?: number | string;
  max?: number | string;
  precision?: number;
  scale?: number;
  currency?: string;
  choices?: ChoiceDoc[];
  choice_set?: string;
  target?: string;
  targets?: string[];
  inverse?: string;
  on_delete?: 'restrict' | 'cascade' | 'set_empty';
  formula?: FormulaDoc;
  show?: FieldConditionDoc;
  require?: FieldConditionDoc;
  lock?: FieldConditionDoc;
  options?: FieldConditionDoc;
}

/** A condition on a field, with what people read who do otherwise. */
export interface FieldConditionDoc {
  when: string;
  message?: Label;
}

/** What calculates the values of a field. */
export interface FormulaDoc {
  mode: 'dynamic' | 'stored' | 'scheduled';
  expression: string;
  open?: boolean;
  cron?: string;
}

export interface RuleDoc {
  name: string;
  when: string;
  message: Label;
}

export interface BaseDoc {
  kind: Kind;
  id?: string;
  name: string;
  label?: Label;
}

export interface EntityDoc extends BaseDoc {
  kind: 'entity';
  plural?: Label;
  description?: Label;
  icon?: string;
  title?: string;
  fields?: FieldDoc[];
  unique?: string[][];
  indexes?: string[][];
  rules?: RuleDoc[];
  /** Conditions that narrow for everybody what roles allow. */
  access?: Partial<Record<Narrowed, string>>;
}

/** The operations that an entity's own conditions narrow. */
export const NARROWED = ['read', 'create', 'update', 'delete', 'export'] as const;
export type Narrowed = (typeof NARROWED)[number];

export interface ChoiceSetDoc extends BaseDoc {
  kind: 'choice_set';
  choices?: ChoiceDoc[];
}

/** The list of an entity, or a dashboard. */
export interface NavigationItemDoc {
  entity?: string;
  dashboard?: string;
  label?: Label;
}

export interface SectionDoc {
  label?: Label;
  roles?: string[];
  items?: NavigationItemDoc[];
}

/** What opens first for people of some roles: the list of an entity, or a dashboard. */
export interface HomeDoc {
  roles?: string[];
  entity?: string;
  dashboard?: string;
}

export interface ApplicationDoc extends BaseDoc {
  kind: 'application';
  icon?: string;
  roles?: string[];
  home?: HomeDoc[];
  sections?: SectionDoc[];
}

export const OPERATIONS = ['read', 'create', 'update', 'delete', 'export', 'share'] as const;
export type Operation = (typeof OPERATIONS)[number];
export const FIELD_PERMISSIONS = ['write', 'read', 'mask', 'none'] as const;
export type FieldPermission = (typeof FIELD_PERMISSIONS)[number];
/** Always, never, or the condition on the record. */
export type PermissionDoc = boolean | string;
export type OperationsDoc = Partial<Record<Operation, PermissionDoc>>;
/** What a role says of one entity: operations, and fields of which less may be done. */
export type PermissionsDoc = OperationsDoc & { fields?: Record<string, FieldPermission> };
export const RIGHTS = ['use', 'design', 'administer'] as const;
export type Right = (typeof RIGHTS)[number];

export interface RoleDoc extends BaseDoc {
  kind: 'role';
  rights?: Right[];
  entities?: Record<string, PermissionsDoc>;
}

export const HOOK_EVENTS = ['before_save', 'validate', 'before_delete', 'after_save'] as const;
export interface HookDoc {
  entity: string;
  event: (typeof HOOK_EVENTS)[number];
  function: string;
}

export const PARAMETER_TYPES = ['text', 'long_text', 'integer', 'decimal', 'boolean', 'date', 'choice', 'link'] as const;
export interface ParameterDoc {
  name: string;
  label?: Label;
  type: (typeof PARAMETER_TYPES)[number];
  required?: boolean;
  choices?: ChoiceDoc[];
  target?: string;
}

export interface ButtonDoc {
  name: string;
  label?: Label;
  entity: string;
  function: string;
  when?: string;
  parameters?: ParameterDoc[];
  confirm?: Label;
  on_list?: boolean;
  roles?: string[];
}

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export interface EndpointDoc {
  method: (typeof METHODS)[number];
  path: string;
  function: string;
  roles?: string[];
}

export interface ScheduleDoc {
  name: string;
  cron: string;
  function: string;
}

/** Types of values that functions take of expressions and give them. */
export const FORMULA_TYPES = ['text', 'integer', 'decimal', 'boolean', 'date', 'datetime', 'time', 'duration'] as const;
export type FormulaType = (typeof FORMULA_TYPES)[number];

/** A function that expressions may call. */
export interface FormulaFunctionDoc {
  id?: string;
  function: string;
  parameters?: { name: string; type: FormulaType }[];
  returns: FormulaType;
  help?: Label;
}

export interface ScriptDoc extends BaseDoc {
  kind: 'script';
  source?: string;
  run_as?: 'caller' | 'system';
  hosts?: string[];
  hooks?: HookDoc[];
  buttons?: ButtonDoc[];
  endpoints?: EndpointDoc[];
  schedules?: ScheduleDoc[];
  formulas?: FormulaFunctionDoc[];
  tests?: unknown[];
}

/** What is made of the values of a group. */
export const AGGREGATES = ['sum', 'avg', 'min', 'max', 'count', 'count_distinct'] as const;
export type Aggregate = (typeof AGGREGATES)[number];

export interface PairDoc {
  left: string;
  right: string;
}

/** Records joined along a relation, or by equal values. */
export interface JoinDoc {
  name: string;
  through?: string;
  entity?: string;
  on?: PairDoc[];
  optional?: boolean;
}

export interface PartDoc {
  entity: string;
  joins?: JoinDoc[];
  filter?: string;
  values?: Record<string, string>;
}

export interface ColumnDoc {
  id?: string;
  name: string;
  label?: Label;
  description?: Label;
  type?: string;
  scale?: number;
  currency?: string;
  /** Name under which the linked record sees the rows. */
  inverse?: string;
  aggregate?: Aggregate;
  expression?: string;
}

export interface DatasetDoc extends BaseDoc {
  kind: 'dataset';
  plural?: Label;
  description?: Label;
  icon?: string;
  title?: string;
  /** Where rows come from; absent where `sql` gives them. */
  parts: PartDoc[];
  /** One SELECT in place of parts. */
  sql?: string;
  /** Most rows that the SELECT may give. */
  max_rows?: number;
  fields: ColumnDoc[];
  having?: string;
}

/** By what balances are apart. */
export interface DimensionDoc {
  id?: string;
  name: string;
  label?: Label;
  type: string;
  target?: string;
  choices?: ChoiceDoc[];
  choice_set?: string;
  required?: boolean;
  inverse?: string;
}

/** What is counted. */
export interface ResourceDoc {
  id?: string;
  name: string;
  label?: Label;
  type: string;
  scale?: number;
  currency?: string;
  refuse_negative?: boolean;
  message?: Label;
}

/** Records of an entity, each of which moves one balance. */
export interface PostingDoc {
  id?: string;
  name: string;
  label?: Label;
  entity: string;
  when?: string;
  date: string;
  direction: 'in' | 'out';
  values: Record<string, string>;
}

export const TURNOVER_PERIODS = ['day', 'month', 'quarter', 'year'] as const;
export interface BalanceDoc {
  dimensions: DimensionDoc[];
  resources: ResourceDoc[];
  by?: (typeof TURNOVER_PERIODS)[number];
  movements?: string;
  turnovers?: string;
  postings: PostingDoc[];
}

export interface RegisterDoc extends BaseDoc {
  kind: 'register';
  plural?: Label;
  description?: Label;
  icon?: string;
  /** The dataset whose rows are kept. */
  dataset?: string;
  /** Balances that records of documents move, in place of the rows of a dataset. */
  balance?: BalanceDoc;
  refresh?: { cron?: string; on_change?: string };
  open?: boolean;
  /** Names under which linked records see the rows, by the link's name. */
  inverses?: Record<string, string>;
  indexes?: string[][];
}

export const MEASURE_PARAMETERS = ['text', 'integer', 'decimal', 'boolean', 'date', 'choice', 'user', 'link'] as const;
export interface MeasureParameterDoc {
  name: string;
  label?: Label;
  type: (typeof MEASURE_PARAMETERS)[number];
  choices?: ChoiceDoc[];
  target?: string;
  default?: DefaultDoc;
}

export interface ThresholdDoc {
  from?: number | string;
  color: string;
  label?: Label;
}

export interface MeasureDoc extends BaseDoc {
  kind: 'measure';
  description?: Label;
  icon?: string;
  entity: string;
  expression: string;
  filter?: string;
  date?: string;
  person?: string;
  parameters?: MeasureParameterDoc[];
  period?: string;
  mine?: boolean;
  better?: 'higher' | 'lower';
  thresholds_of?: 'value' | 'target';
  thresholds?: ThresholdDoc[];
  format?: { type: 'integer' | 'decimal' | 'money' | 'percent'; scale?: number; currency?: string };
  roles?: string[];
}

/** A document as the Studio works with it: a dataset in SQL has no parts, and may list no columns; a section of a form may be empty. */
export function whole<T extends Doc>(doc: T): T {
  if (doc.kind === 'form') return wholeForm(doc as FormDoc) as T;
  if (doc.kind !== 'dataset') return doc;
  return { ...doc, parts: doc.parts ?? [], fields: doc.fields ?? [] };
}

/** The document as it is sent: empty lists of a dataset in SQL are none. */
export function sent<T extends Doc>(doc: T): T {
  if (doc.kind !== 'dataset' || doc.sql === undefined) return doc;
  const { parts, fields, ...rest } = doc as DatasetDoc;
  return { ...rest, ...(parts.length > 0 && { parts }), ...(fields.length > 0 && { fields }) } as T;
}

/** A list that a solution brings; drawn by files so far. */
export interface ViewDoc extends BaseDoc {
  kind: 'view';
  entity: string;
}

export type Doc = EntityDoc | ChoiceSetDoc | ApplicationDoc | MeasureDoc | RoleDoc | ScriptDoc | DatasetDoc | RegisterDoc | DashboardDoc | FormDoc | ViewDoc;

/** How a document of the draft stands to the published one. */
export type DocState = 'published' | 'added' | 'changed' | 'removed';

export interface Problem {
  document?: string;
  path: string;
  code: string;
  message: string;
  line?: number;
  column?: number;
  severity?: 'error' | 'warning';
}

export interface Person {
  id: string;
  title: string;
}

export interface DraftItem {
  kind: Kind;
  name: string;
  state: DocState;
  label?: Label | string;
  updated_at?: string;
  updated_by?: Person | null;
}

export type StepClass = 'safe' | 'rewrites' | 'hides';

export interface Step {
  summary: string;
  code?: string;
  sql: string[];
  destructive: boolean;
  rows_affected: number | null;
  class?: StepClass;
  document?: string;
}

export interface Plan {
  base_revision: number;
  plan_id: string;
  steps: Step[];
  warnings: Problem[];
}

export interface Revision {
  revision: number;
  at: string;
  by?: Person | null;
  note?: string | null;
  changes: { kind: Kind; name: string; change: 'added' | 'changed' | 'removed'; label?: Label | string }[];
  /** The job that still calculates what it left. */
  calculating?: Job | null;
}

/** What was dropped and is kept: an entity, a field, or the values a field had before its type was changed. */
export interface Hidden {
  id: string;
  kind: 'entity' | 'field' | 'values';
  entity: { name: string; label?: Label };
  field?: { name: string; label?: Label } | null;
  rows: number;
}

export interface Job {
  id: string;
  kind?: string;
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  done?: number | null;
  total?: number | null;
  message?: string | null;
}

/** What is done at set times: values of a field, or a function of a script. */
/** A register as it stands: of which moment its rows are, and what composed them. */
export interface RegisterStatus {
  register: { name: string; label: string };
  as_of: string | null;
  records: number | null;
  milliseconds: number | null;
  changed_at: string | null;
  next_at: string | null;
  /** How they were composed last: some of them, or all and why. */
  refreshed: { records: number | null; whole_because: { code: string; message: string } | null } | null;
  last: Schedule['last'];
}

export interface Schedule {
  id: string;
  entity?: { name: string; label: string };
  field?: { name: string; label: string };
  script?: { name: string; label: string };
  register?: { name: string; label: string };
  schedule?: string;
  cron: string;
  time_zone: string;
  next_at: string | null;
  last: (Job & { created_at?: string; updated_at?: string; result?: { records: number; changed: number; log?: string[] } | null; problems?: { message: string }[] }) | null;
}

/** The key of a document among all kinds, as the server writes it in problems. */
export const keyOf = (doc: { kind: Kind; name: string }): string => `${doc.kind}/${doc.name}`;

export function splitKey(key: string): { kind: Kind; name: string } {
  const at = key.indexOf('/');
  return { kind: key.slice(0, at) as Kind, name: key.slice(at + 1) };
}

/** The label in a language, falling back to the other one and to the name. */
export function labelOf(thing: { label?: Label; name?: string } | undefined, language: Language): string {
  const label = thing?.label;
  return label?.[language] || label?.en || label?.ru || thing?.name || '';
}

export function textOf(label: Label | undefined, language: Language): string {
  return label?.[language] || label?.en || label?.ru || '';
}
