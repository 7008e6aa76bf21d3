/** Which types there are, how they look and which settings belong to each. */

export type Setting =
  | 'required' | 'default' | 'unique' | 'searchable' | 'max_length' | 'pattern' | 'min' | 'max' | 'precision' | 'scale' | 'currency'
  | 'choices' | 'target' | 'targets' | 'inverse' | 'on_delete' | 'children';

export interface FieldType {
  name: string;
  icon: string;
  group: 'text' | 'number' | 'time' | 'choice' | 'relation' | 'file' | 'other';
  settings: Setting[];
}

const TEXT: Setting[] = ['required', 'default', 'unique', 'searchable'];
const NUMBER: Setting[] = ['required', 'default', 'min', 'max', 'unique'];

export const FIELD_TYPES: FieldType[] = [
  { name: 'text', icon: 'letter-t', group: 'text', settings: [...TEXT, 'max_length', 'pattern'] },
  { name: 'long_text', icon: 'align-left', group: 'text', settings: ['required', 'default', 'searchable', 'max_length'] },
  { name: 'rich_text', icon: 'text-caption', group: 'text', settings: ['required', 'searchable'] },
  { name: 'email', icon: 'mail', group: 'text', settings: TEXT },
  { name: 'phone', icon: 'phone', group: 'text', settings: TEXT },
  { name: 'url', icon: 'world', group: 'text', settings: TEXT },
  { name: 'integer', icon: 'hash', group: 'number', settings: NUMBER },
  { name: 'decimal', icon: 'decimal', group: 'number', settings: [...NUMBER, 'scale', 'precision'] },
  { name: 'money', icon: 'coin', group: 'number', settings: [...NUMBER, 'scale', 'precision', 'currency'] },
  { name: 'percent', icon: 'percentage', group: 'number', settings: ['required', 'default', 'scale', 'precision'] },
  { name: 'rating', icon: 'star', group: 'number', settings: ['required', 'default', 'max'] },
  { name: 'auto_number', icon: 'number', group: 'number', settings: ['pattern', 'searchable'] },
  { name: 'boolean', icon: 'checkbox', group: 'choice', settings: ['required', 'default'] },
  { name: 'choice', icon: 'selector', group: 'choice', settings: ['required', 'default', 'choices'] },
  { name: 'multi_choice', icon: 'list-check', group: 'choice', settings: ['required', 'default', 'choices'] },
  { name: 'date', icon: 'calendar', group: 'time', settings: ['required', 'default', 'unique'] },
  { name: 'datetime', icon: 'calendar-time', group: 'time', settings: ['required', 'default'] },
  { name: 'time', icon: 'clock', group: 'time', settings: ['required', 'default'] },
  { name: 'duration', icon: 'hourglass', group: 'time', settings: ['required', 'default'] },
  { name: 'link', icon: 'link', group: 'relation', settings: ['required', 'target', 'inverse', 'on_delete', 'default', 'unique'] },
  { name: 'links', icon: 'arrows-split-2', group: 'relation', settings: ['target', 'inverse'] },
  { name: 'children', icon: 'list-details', group: 'relation', settings: ['children'] },
  { name: 'any_link', icon: 'circuit-switch-open', group: 'relation', settings: ['required', 'targets'] },
  { name: 'user', icon: 'user', group: 'relation', settings: ['required', 'default', 'inverse', 'on_delete'] },
  { name: 'file', icon: 'paperclip', group: 'file', settings: ['required'] },
  { name: 'image', icon: 'photo', group: 'file', settings: ['required'] },
  { name: 'location', icon: 'map-pin', group: 'other', settings: ['required'] },
  { name: 'address', icon: 'home', group: 'other', settings: ['required'] },
  { name: 'color', icon: 'palette', group: 'other', settings: ['required', 'default'] },
  { name: 'json', icon: 'braces', group: 'other', settings: ['required'] },
  { name: 'secret', icon: 'key', group: 'other', settings: ['required'] },
];

const BY_NAME = new Map(FIELD_TYPES.map((type) => [type.name, type]));

export const fieldType = (name: string): FieldType => BY_NAME.get(name) ?? { name, icon: 'forms', group: 'other', settings: [] };

export const has = (type: string, setting: Setting): boolean => fieldType(type).settings.includes(setting);

export const HUES = ['slate', 'blue', 'cyan', 'teal', 'green', 'lime', 'amber', 'orange', 'rose', 'violet'] as const;

/** The document keys that each setting stands for. */
const KEYS: Partial<Record<Setting, string[]>> = { choices: ['choices', 'choice_set'], children: ['target', 'inverse'] };
const ALWAYS = ['id', 'name', 'label', 'description', 'type'];

/** Says which keys a document may hold for a field of this type. */
export function keysOf(type: string): Set<string> {
  return new Set([...ALWAYS, ...fieldType(type).settings.flatMap((setting) => KEYS[setting] ?? [setting])]);
}
