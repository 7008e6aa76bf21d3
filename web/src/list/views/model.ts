import type { Catalog } from '@/catalog/catalog';
import type { Entity, SavedView } from '@/catalog/types';

/** The address's word for the list without a view. */
export const ALL = 'all';

export const viewsOf = (catalog: Catalog, entity: Entity): SavedView[] => (catalog.data.views ?? []).filter((view) => view.entity === entity.name);

const memory = (entity: Entity) => `verstak.view.${entity.id}`;

/** Keeps the view a person looked at last. */
export function rememberView(entity: Entity, id: string) {
  localStorage.setItem(memory(entity), id);
}

const AUDIENCES: SavedView['audience'][] = ['me', 'team', 'everyone'];

/** The view a list begins with: the last one, else the default of the person, of the team, of everybody. */
function firstView(entity: Entity, all: SavedView[]): SavedView | undefined {
  const last = localStorage.getItem(memory(entity));
  if (last === ALL) return undefined;
  return all.find((view) => view.id === last) ?? AUDIENCES.flatMap((audience) => all.find((view) => view.default && view.audience === audience) ?? [])[0];
}

/** The view that an address means; one with conditions of its own and no view means the whole list. */
export function currentView(catalog: Catalog, entity: Entity, named: string | undefined, plain: boolean): SavedView | undefined {
  const all = viewsOf(catalog, entity);
  if (named) return all.find((view) => view.id === named);
  return plain ? firstView(entity, all) : undefined;
}
