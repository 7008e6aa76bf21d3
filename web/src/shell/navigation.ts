import type { Catalog } from '@/catalog/catalog';
import type { DashboardItem, Entity } from '@/catalog/types';

export interface NavigationEntry {
  /** Tells it apart from the others. */
  key: string;
  to: string;
  params: Record<string, string>;
  label: string;
  icon?: string | null;
  description?: string | null;
  /** Whose list it is; none of a dashboard. */
  entity?: Entity;
}

export interface NavigationSection {
  label: string | null;
  entries: NavigationEntry[];
}

const ofEntity = (entity: Entity, label = entity.plural, icon = entity.icon): NavigationEntry => ({ key: entity.name, to: '/e/$entity', params: { entity: entity.name }, label, icon, description: entity.description, entity });
const ofDashboard = (one: DashboardItem, label = one.label, icon = one.icon): NavigationEntry => ({ key: `d-${one.name}`, to: '/d/$dashboard', params: { dashboard: one.name }, label, icon: icon ?? 'layout-dashboard', description: one.description });

/** Sections of the rail: those of the applications, then what no application shows. */
export function navigationOf(catalog: Catalog, otherLabel: string): NavigationSection[] {
  const shown = new Set<string>();
  const sections: NavigationSection[] = [];
  const dashboards = catalog.data.dashboards ?? [];
  for (const application of catalog.data.applications) {
    for (const section of application.sections) {
      const entries = section.items.flatMap((item) => {
        const [entity, dashboard] = [catalog.entity(item.entity), dashboards.find((one) => one.name === item.dashboard)];
        const entry = entity ? ofEntity(entity, item.label || undefined, item.icon ?? undefined) : dashboard && ofDashboard(dashboard, item.label || undefined, item.icon ?? undefined);
        if (!entry) return [];
        shown.add(entry.key);
        return [entry];
      });
      if (entries.length) sections.push({ label: section.label || application.label, entries });
    }
  }
  const rest = [...dashboards.map((one) => ofDashboard(one)), ...catalog.data.entities.filter((entity) => !entity.system && !entity.owner).map((entity) => ofEntity(entity))].filter((entry) => !shown.has(entry.key));
  if (rest.length) sections.push({ label: sections.length ? otherLabel : null, entries: rest });
  return sections;
}
