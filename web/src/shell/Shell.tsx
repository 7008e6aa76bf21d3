import { Outlet } from '@tanstack/react-router';
import { CatalogProvider, useCatalogQuery } from '@/catalog/useCatalog';
import { ErrorState } from '@/ui/ErrorState';

export function Shell() {
  const catalog = useCatalogQuery();
  if (catalog.isError) return <ErrorState error={catalog.error} retry={() => void catalog.refetch()} />;
  if (!catalog.data) return null;
  return <CatalogProvider data={catalog.data}><Outlet /></CatalogProvider>;
}
