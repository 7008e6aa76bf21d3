import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect } from 'react';
import { api } from '@/api/client';
import type { Catalog } from './catalog';
import { listen } from './events';
import type { CatalogData, Entity } from './types';

const Context = createContext<Catalog | null>(null);

export const catalogQuery = { queryKey: ['catalog'], queryFn: () => api.get<CatalogData>('/api/meta/catalog'), staleTime: Infinity };

/** Loads the catalog and keeps it current: a publish by anybody loads it again. */
export function useCatalogQuery() {
  const client = useQueryClient();
  useEffect(
    () => listen('published', () => {
      void client.invalidateQueries({ queryKey: ['catalog'] });
      void client.invalidateQueries({ queryKey: ['records'] });
      // Also told when a job is done with what a publish left to calculate.
      void client.invalidateQueries({ queryKey: ['record'] });
    }),
    [client],
  );
  return useQuery(catalogQuery);
}

export function CatalogProvider({ catalog, children }: { catalog: Catalog; children: ReactNode }) {
  return <Context.Provider value={catalog}>{children}</Context.Provider>;
}

/** The published metadata; only inside the signed-in shell. */
export function useCatalog(): Catalog {
  const catalog = useContext(Context);
  if (!catalog) throw new Error('useCatalog outside CatalogProvider');
  return catalog;
}

export function useEntity(name: string | null | undefined): Entity | undefined {
  return useCatalog().entity(name);
}
