/** Items of the navigation by identities that live while the page is open, for dragging. */
import type { SectionDoc } from './types';

/** Identities of items by section: `s0: ["0.0", "0.1"]`, each the place the item has in the document. */
export type Places = Record<string, string[]>;

export const sectionId = (at: number): string => `s${at}`;

export const places = (sections: SectionDoc[]): Places =>
  Object.fromEntries(sections.map((section, at) => [sectionId(at), (section.items ?? []).map((item, index) => `${at}.${index}.${item.entity ?? item.dashboard}`)]));

/** The item that an identity stands for. */
export function itemAt(sections: SectionDoc[], id: string): { section: number; index: number } {
  const [section, index] = id.split('.').map(Number);
  return { section: section ?? 0, index: index ?? 0 };
}

/** Puts the items where they were dragged. */
export function arrange(sections: SectionDoc[], order: Places): SectionDoc[] {
  return sections.map((section, at) => ({
    ...section,
    items: (order[sectionId(at)] ?? []).flatMap((id) => {
      const from = itemAt(sections, id);
      const item = sections[from.section]?.items?.[from.index];
      return item ? [item] : [];
    }),
  }));
}
