import type { Entity, SavedView, Setting, ViewType } from '@/catalog/types';

/** How a list shows its records, and what its type wants to know; settings of other types are kept for when one goes back to them. */
export interface Layout extends Partial<Record<Setting, string>> {
  form: ViewType;
  /** How many records a group is to hold at most, by choice. */
  limits: Record<string, number>;
}

/** The settings that name a field, and the types that have each. */
export const SETTINGS: Record<Setting, ViewType[]> = {
  group_by: ['kanban', 'planner'],
  lanes: ['kanban'],
  total: ['kanban'],
  start: ['calendar', 'planner'],
  end: ['calendar', 'planner'],
  color_by: ['calendar', 'planner'],
};

/** What a view of a type is nothing without. */
const NEEDED: Partial<Record<ViewType, Setting[]>> = { kanban: ['group_by'], calendar: ['start'], planner: ['group_by', 'start'] };
const LIMITED: ViewType[] = ['kanban'];

export const FORMS: ViewType[] = ['grid', 'kanban', 'calendar', 'planner'];
const settings = Object.keys(SETTINGS) as Setting[];

const known = (entity: Entity, name: string | null | undefined) => (name && entity.fields.some((field) => field.name === name) ? name : undefined);

/** Without what it needs it is a list. */
const sound = (layout: Layout): Layout => ((NEEDED[layout.form] ?? []).every((setting) => layout[setting]) ? layout : { ...layout, form: 'grid' });

const named = (entity: Entity, of: (setting: Setting) => string | null | undefined) => Object.fromEntries(settings.flatMap((setting) => { const name = known(entity, of(setting)); return name ? [[setting, name]] : []; }));

export const layoutOfView = (entity: Entity, view: SavedView | undefined): Layout => sound({ form: view?.type ?? 'grid', limits: view?.limits ?? {}, ...named(entity, (setting) => view?.[setting]) });

/** What of it is saved: only what its type has. */
export function layoutToView(layout: Layout): Record<Setting, string | null> & Pick<SavedView, 'type' | 'limits'> {
  const fields = Object.fromEntries(settings.map((setting) => [setting, (SETTINGS[setting].includes(layout.form) && layout[setting]) || null])) as Record<Setting, string | null>;
  return { type: layout.form, ...fields, limits: LIMITED.includes(layout.form) ? layout.limits : {} };
}

const LIMIT = 'limit.';

/** A layout in an address: `kanban,group_by:stage,total:amount,limit.new:5`. */
export function layoutToText(layout: Layout): string {
  const fields = settings.flatMap((setting) => (layout[setting] ? [`${setting}:${layout[setting]}`] : []));
  return [layout.form, ...fields, ...Object.entries(layout.limits).map(([choice, most]) => `${LIMIT}${choice}:${most}`)].join(',');
}

export function layoutFromText(entity: Entity, text: string): Layout {
  const [form, ...rest] = text.split(',');
  const pairs = rest.flatMap((item): [string, string][] => { const at = item.lastIndexOf(':'); return at > 0 ? [[item.slice(0, at), item.slice(at + 1)]] : []; });
  const given = new Map(pairs);
  const limits = Object.fromEntries(pairs.flatMap(([key, value]): [string, number][] => { const most = Number(value); return key.startsWith(LIMIT) && value !== '' && Number.isInteger(most) && most >= 0 ? [[key.slice(LIMIT.length), most]] : []; }));
  return sound({ form: FORMS.find((one) => one === form) ?? 'grid', limits, ...named(entity, (setting) => given.get(setting)) });
}
