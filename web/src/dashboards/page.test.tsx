import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createRootRoute, createRoute, createRouter, createMemoryHistory, Outlet, RouterProvider } from '@tanstack/react-router';
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import { Suspense } from 'react';
import { afterEach, expect, it, vi } from 'vitest';
import { Catalog } from '@/catalog/catalog';
import { CatalogProvider } from '@/catalog/useCatalog';
import { CATALOG } from '@/test/catalog';
import { DASHBOARD, DATA } from '@/test/dashboards';
import { theme } from '@/theme/theme';
import { DashboardPage } from './DashboardPage';

HTMLCanvasElement.prototype.getContext = (() => null) as never;
const heard = vi.hoisted(() => ({ record: undefined as (() => void) | undefined }));
vi.mock('@/catalog/events', () => ({ listen: (kind: string, listener: () => void) => { if (kind === 'record') heard.record = listener; return () => undefined; } }));

const asked: { filters: Record<string, unknown> }[] = [];
const json = (body: unknown, status = 200) => Promise.resolve(new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } }));
let refuse = false;
vi.stubGlobal('fetch', (address: string, init: RequestInit = {}) => {
  if (address === '/api/dashboards/sales_head') return json({ ...DASHBOARD, widgets: DASHBOARD.widgets.filter((widget) => ['won', 'broken', 'hint'].includes(widget.name)) });
  if (address === '/api/dashboards/sales_head/data') {
    asked.push(JSON.parse(init.body as string));
    return refuse ? json({ status: 422, code: 'request.invalid', errors: [{ path: '/filters/stage', message: 'No stage is called so.' }] }, 422) : json({ ...DATA, period: typeof asked.at(-1)!.filters.period === 'object' ? asked.at(-1)!.filters.period : null });
  }
  return json({ status: 404, title: 'not found' }, 404);
});
afterEach(() => { asked.length = 0; refuse = false; });

async function open(address: string) {
  const root = createRootRoute({ component: Outlet });
  const routes = ['/d/$dashboard', '/e/$entity'].map((path) => createRoute({ getParentRoute: () => root, path, component: path.startsWith('/d') ? DashboardPage : () => <p>list</p> }));
  const router = createRouter({ routeTree: root.addChildren(routes), history: createMemoryHistory({ initialEntries: [address] }), parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)), stringifySearch: (search) => `?${new URLSearchParams(Object.entries(search as Record<string, string>).filter(([, value]) => value !== undefined))}` });
  await router.load();
  render(
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}><CatalogProvider catalog={new Catalog(CATALOG)}><Suspense fallback={null}><RouterProvider router={router as never} /></Suspense></CatalogProvider></QueryClientProvider>
    </MantineProvider>,
  );
  return router;
}

it('shows what the address says, and says in the address what is chosen', async () => {
  const router = await open('/d/sales_head?f.stage=won,new&f.active=true&f.period=2026-04-01..2026-06-30');
  await screen.findByRole('region', { name: 'Revenue' });
  expect(asked).toEqual([{ filters: { period: { from: '2026-04-01', to: '2026-06-30' }, stage: ['won', 'new'], active: [true] } }]);
  expect(screen.getByRole('radio', { checked: true }).textContent).toBe('Q2 2026');
  await userEvent.click(screen.getByRole('radio', { name: 'Year' }));
  await userEvent.click(screen.getByRole('button', { name: 'Remove the filter: Stage' }));
  await waitFor(() => expect(asked.at(-1)!.filters).toEqual({ period: 'this_year', active: [true] }));
  expect(router.state.location.search).toEqual({ 'f.active': 'true', 'f.period': 'this_year' });
  await userEvent.click(screen.getByRole('button', { name: /^Salesperson ?: ?all/ }));
  await userEvent.click(await screen.findByRole('button', { name: 'Me' }));
  await waitFor(() => expect(asked.at(-1)!.filters).toMatchObject({ person: 'me' }));
  await userEvent.click(screen.getByRole('button', { name: 'Clear' }));
  await waitFor(() => expect(asked.at(-1)!.filters).toEqual({}));
  expect(router.state.location.search).toEqual({});
});

it('tells of the widget that failed, while the others stand', async () => {
  await open('/d/sales_head');
  expect((await screen.findByRole('alert')).textContent).toContain('It took longer than 30 s.');
  expect(within(screen.getByRole('region', { name: 'Revenue' })).getByRole('link').textContent).toContain('41.7');
  expect(screen.queryByRole('button', { name: 'Clear' })).toBeNull();
});

it('leads out of a filter that does not fit', async () => {
  refuse = true;
  await open('/d/sales_head?f.stage=gone');
  expect(await screen.findByText('No stage is called so.')).toBeTruthy();
  refuse = false;
  await userEvent.click(screen.getAllByRole('button', { name: 'Clear' }).at(-1)!);
  expect(await screen.findByRole('region', { name: 'Revenue' })).toBeTruthy();
});

it('reads again what somebody changed, many changes at once', async () => {
  await open('/d/sales_head');
  await screen.findByRole('region', { name: 'Revenue' });
  vi.useFakeTimers();
  for (let at = 0; at < 5; at++) heard.record!();
  await act(() => vi.advanceTimersByTimeAsync(3_100));
  vi.useRealTimers();
  await waitFor(() => expect(asked).toHaveLength(2));
});

it('is not there for whom it is not', async () => {
  await open('/d/other');
  expect(await screen.findByText('You cannot see this')).toBeTruthy();
  expect(asked).toHaveLength(0);
});
