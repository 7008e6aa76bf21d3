import type { Catalog } from '@/catalog/catalog';
import type { Entity } from '@/catalog/types';

export interface NavigationEntry {
  entity: Entity;
  label: string;
  icon?: string | null;
}

export interface NavigationSection {
  label: string | null;
  entries: NavigationEntry[];
}

/** Sections of the rail: those of the applications, then what no application shows. */
export function navigationOf(catalog: Catalog, otherLabel: string): NavigationSection[] {
  const shown = new Set<string>();
  const sections: NavigationSection[] = [];
  for (const application of catalog.data.applications) {
    for (const section of application.sections) {
      const entries = section.items.flatMap((item) => {
        const entity = catalog.entity(item.entity);
        if (!entity) return [];
        shown.add(entity.name);
        return [{ entity, label: item.label || entity.plural, icon: item.icon ?? entity.icon }];
      });
      if (entries.length) sections.push({ label: section.label || application.label, entries });
    }
  }
  const rest = catalog.data.entities.filter((entity) => !entity.system && !entity.owner && !shown.has(entity.name));
  if (rest.length) {
    sections.push({ label: sections.length ? otherLabel : null, entries: rest.map((entity) => ({ entity, label: entity.plural, icon: entity.icon })) });
  }
  return sections;
}
