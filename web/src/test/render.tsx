import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { render } from '@testing-library/react';
import { type ReactNode, Suspense } from 'react';
import { Catalog } from '@/catalog/catalog';
import { CatalogProvider } from '@/catalog/useCatalog';
import { theme } from '@/theme/theme';
import { CATALOG } from './catalog';

/** Renders a piece of a page with everything a page has around it. */
export async function renderPage(node: ReactNode, address = '/') {
  const root = createRootRoute({ component: () => <>{node}</> });
  const router = createRouter({ routeTree: root, history: createMemoryHistory({ initialEntries: [address] }) });
  await router.load();
  const page = render(
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <CatalogProvider catalog={new Catalog(CATALOG)}><Suspense fallback={null}><RouterProvider router={router as never} /></Suspense></CatalogProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return { ...page, router };
}
