import { useEffect, useMemo, useState } from 'react';
import { useCatalog } from '@/catalog/useCatalog';
import { recordTitle } from '@/fields/title';
import type { Layout, LayoutForm } from './context';
import { holds } from './holds';
import { isThere } from './layout';
import type { Component, Condition, FormLayout, FormTab, Variant } from './types';
import { useFacts } from './useFacts';

export interface LayoutOptions {
  form: LayoutForm;
  layout: FormLayout;
  variant: Variant;
  errors?: Record<string, string>;
  mayEdit?: boolean;
  first?: string;
  document?: unknown;
  drawn?: string[];
}

/** What is to be seen of a form now: by the variant, by the reader's data, and by conditions on what is typed. */
export function useLayoutOf({ form, layout, variant, errors = form.errors, mayEdit, first, document: drawing, drawn }: LayoutOptions): Layout {
  const catalog = useCatalog();
  const { entity, values } = form;
  const isSaved = variant === 'edit' || variant === 'phone';
  const facts = useFacts(entity, values, layout, isSaved);
  const [wanted, setWanted] = useState<Layout['wanted']>(null);
  // What holds the field has to open before the focus can go there.
  useEffect(() => {
    if (!wanted) return;
    const timer = setTimeout(() => (document.getElementById(`field-${wanted.path}`) ?? document.getElementById(`place-${wanted.path}`))?.focus(), 60);
    return () => clearTimeout(timer);
  }, [wanted]);
  const isDrawn = drawn !== undefined;
  const seen = useMemo(() => {
    const told = (condition: Condition | null | undefined) => holds(condition, facts);
    const isShown = (component: Component): boolean => {
      if (!component.in.includes(variant) || isDrawn) return component.in.includes(variant);
      if (!isThere(catalog, entity, component, variant) || !told(component.show)) return false;
      if (component.type === 'section') return component.components.some(isShown);
      if (component.type === 'tabs') return tabsShown(component.tabs).length > 0;
      return true;
    };
    const tabsShown = (tabs: FormTab[]): FormTab[] => tabs.filter((tab) => tab.in.includes(variant) && (isDrawn || (told(tab.show) && tab.components.some(isShown))));
    return { holds: told, isShown, tabsShown };
  }, [catalog, entity, facts, variant, isDrawn]);
  return {
    form, entity, layout, variant, facts, errors, first, document: drawing, drawn, wanted, ...seen,
    mayEdit: mayEdit ?? (entity.operations.update && !entity.read_only),
    title: isSaved ? recordTitle(entity, values) : '',
    want: (path) => setWanted({ path, at: Date.now() }),
  };
}
