/** Which types there are and which settings belong to each. */

export type Setting =
  | 'required' | 'default' | 'unique' | 'searchable' | 'audit_reads' | 'max_length' | 'pattern' | 'min' | 'max' | 'precision' | 'scale' | 'currency'
  | 'choices' | 'target' | 'targets' | 'inverse' | 'on_delete' | 'children' | 'formula' | 'sequence' | 'gapless' | ConditionKey;

/** Conditions that a field may have. */
export const CONDITIONS = ['show', 'require', 'lock', 'options'] as const;
export type ConditionKey = (typeof CONDITIONS)[number];

export interface FieldType {
  name: string;
  group: 'text' | 'number' | 'time' | 'choice' | 'relation' | 'file' | 'other';
  settings: Setting[];
}

const TEXT: Setting[] = ['audit_reads', 'required', 'default', 'unique', 'searchable'];
const NUMBER: Setting[] = ['audit_reads', 'required', 'default', 'unique', 'min', 'max'];

export const FIELD_TYPES: FieldType[] = [
  { name: 'text', group: 'text', settings: [...TEXT, 'max_length', 'pattern', 'formula'] },
  { name: 'long_text', group: 'text', settings: ['audit_reads', 'required', 'default', 'searchable', 'max_length', 'formula'] },
  { name: 'rich_text', group: 'text', settings: ['audit_reads', 'required', 'default', 'searchable'] },
  { name: 'email', group: 'text', settings: [...TEXT, 'formula'] },
  { name: 'phone', group: 'text', settings: [...TEXT, 'formula'] },
  { name: 'url', group: 'text', settings: ['audit_reads', 'required', 'default', 'searchable'] },
  { name: 'integer', group: 'number', settings: [...NUMBER, 'formula'] },
  { name: 'decimal', group: 'number', settings: [...NUMBER, 'scale', 'precision', 'formula'] },
  { name: 'money', group: 'number', settings: [...NUMBER, 'scale', 'precision', 'currency', 'formula'] },
  { name: 'percent', group: 'number', settings: ['audit_reads', 'required', 'default', 'scale', 'precision', 'formula'] },
  { name: 'rating', group: 'number', settings: ['audit_reads', 'required', 'default', 'max'] },
  { name: 'auto_number', group: 'number', settings: ['audit_reads', 'pattern', 'sequence', 'gapless', 'unique', 'searchable'] },
  { name: 'boolean', group: 'choice', settings: ['audit_reads', 'required', 'default', 'formula'] },
  { name: 'choice', group: 'choice', settings: ['audit_reads', 'required', 'default', 'unique', 'choices', 'formula'] },
  { name: 'multi_choice', group: 'choice', settings: ['audit_reads', 'required', 'default', 'choices'] },
  { name: 'date', group: 'time', settings: ['audit_reads', 'required', 'default', 'unique', 'formula'] },
  { name: 'datetime', group: 'time', settings: ['audit_reads', 'required', 'default', 'unique', 'formula'] },
  { name: 'time', group: 'time', settings: ['audit_reads', 'required', 'default', 'formula'] },
  { name: 'duration', group: 'time', settings: ['audit_reads', 'required', 'default', 'formula'] },
  { name: 'link', group: 'relation', settings: ['audit_reads', 'required', 'target', 'inverse', 'on_delete', 'default', 'unique'] },
  { name: 'links', group: 'relation', settings: ['target', 'inverse'] },
  { name: 'children', group: 'relation', settings: ['children'] },
  { name: 'any_link', group: 'relation', settings: ['audit_reads', 'required', 'targets', 'inverse'] },
  { name: 'user', group: 'relation', settings: ['audit_reads', 'required', 'default', 'unique', 'on_delete'] },
  { name: 'file', group: 'file', settings: ['audit_reads', 'required'] },
  { name: 'image', group: 'file', settings: ['audit_reads', 'required'] },
  { name: 'location', group: 'other', settings: ['audit_reads', 'required'] },
  { name: 'address', group: 'other', settings: ['audit_reads', 'required'] },
  { name: 'color', group: 'other', settings: ['audit_reads', 'required', 'default'] },
  { name: 'json', group: 'other', settings: ['audit_reads', 'required'] },
  { name: 'secret', group: 'other', settings: ['audit_reads', 'required'] },
];

export const GROUPS = ['text', 'number', 'choice', 'time', 'relation', 'file', 'other'] as const;

const BY_NAME = new Map(FIELD_TYPES.map((type) => [type.name, type]));

export const fieldType = (name: string): FieldType => BY_NAME.get(name) ?? { name, group: 'other', settings: [] };

export const has = (type: string, setting: Setting): boolean => fieldType(type).settings.includes(setting);

export const HUES = ['slate', 'blue', 'cyan', 'teal', 'green', 'lime', 'amber', 'orange', 'rose', 'violet'] as const;

/** Settings that speak of values which people write: a calculated field has none of them. */
export const WRITTEN: Setting[] = ['required', 'default', 'unique', 'searchable', 'max_length', 'pattern', 'min', 'max', 'precision', ...CONDITIONS];

/** The conditions that fields of a type may have. */
export function conditionsOf(type: string): ConditionKey[] {
  if (type === 'children' || type === 'auto_number') return ['show'];
  return ['choice', 'multi_choice', 'link', 'links', 'user'].includes(type) ? [...CONDITIONS] : ['show', 'require', 'lock'];
}

/** Whether a setting belongs to a field, by its type and by whether it is calculated. */
export const takes = (field: { type: string; formula?: unknown }, setting: Setting): boolean => has(field.type, setting) && !(field.formula && WRITTEN.includes(setting));

/** The document keys that each setting stands for. */
const KEYS: Partial<Record<Setting, string[]>> = { choices: ['choices', 'choice_set'], children: ['target', 'inverse'] };
const ALWAYS = ['id', 'name', 'label', 'description', 'type'];

/** Says which keys a document may hold for a field of this type. */
export function keysOf(type: string): Set<string> {
  return new Set([...ALWAYS, ...conditionsOf(type), ...fieldType(type).settings.flatMap((setting) => KEYS[setting] ?? [setting])]);
}
