import { createContext, useContext } from 'react';
import type { Entity } from '@/catalog/types';
import type { RecordForm } from '../useRecordForm';
import type { LinesForm } from '../LinesTable';
import type { Facts } from './useFacts';
import type { Component, Condition, FormLayout, FormTab, Variant } from './types';

/** What keeps the values of a form: a saved record, or one that is made. */
export type LayoutForm = LinesForm & Pick<RecordForm, 'entity' | 'errors' | 'restore'> & Partial<Pick<RecordForm, 'status'>>;

/** What every component of a form knows. */
export interface Layout {
  form: LayoutForm;
  entity: Entity;
  layout: FormLayout;
  variant: Variant;
  facts: Facts;
  errors: Record<string, string>;
  mayEdit: boolean;
  title: string;
  /** The field that has the focus at first, by its path. */
  first?: string;
  /** Whether it stands in the narrow column beside the form. */
  narrow?: boolean;
  /** A drawing that is not kept yet, from which the data of its widgets is asked. */
  document?: unknown;
  /** On the Studio's canvas: everything is there, whatever its condition says and however empty it is; with the names of tabs inside that are open. */
  drawn?: string[];
  /** A field that somebody asked to see: what holds it opens. */
  wanted: { path: string; at: number } | null;
  want: (path: string) => void;
  holds: (condition: Condition | null | undefined) => boolean;
  /** Whether a component, or something in it, is to be seen. */
  isShown: (component: Component) => boolean;
  /** Tabs that hold something to be seen. */
  tabsShown: (tabs: FormTab[]) => FormTab[];
}

export const LayoutContext = createContext<Layout | null>(null);

/** The form around a component. */
export function useLayout(): Layout {
  const found = useContext(LayoutContext);
  if (!found) throw new Error('a component of a form stands outside of one');
  return found;
}

/** Whether these components are about one of these fields, at any depth. */
export function reaches(components: Component[], path: string): boolean {
  return components.some((one) => {
    if (one.type === 'field' || one.type === 'lines') return one.path === path;
    if (one.type === 'section') return reaches(one.components, path);
    return one.type === 'tabs' && one.tabs.some((tab) => reaches(tab.components, path));
  });
}
