import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import { studioRoutes } from './designer/routes';
import { Shell } from './shell/Shell';
import { ErrorState } from './ui/ErrorState';
import { NotFound } from './ui/NotFound';

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });

const page = (path: string, component: ReturnType<typeof lazyRouteComponent>) => createRoute({ getParentRoute: () => shell, path, component });

const signIn = createRoute({ getParentRoute: () => root, path: '/login', component: lazyRouteComponent(() => import('./signin/SignIn'), 'SignIn') });
const first = createRoute({ getParentRoute: () => root, path: '/first', component: lazyRouteComponent(() => import('./signin/FirstRun'), 'FirstRun') });
const factor = createRoute({ getParentRoute: () => root, path: '/second-factor', component: lazyRouteComponent(() => import('./signin/SetUpFactor'), 'SetUpFactor') });

const tree = root.addChildren([
  signIn,
  first,
  factor,
  shell.addChildren([
    page('/', lazyRouteComponent(() => import('./shell/Start'), 'Start')),
    page('/home', lazyRouteComponent(() => import('./shell/Home'), 'Home')),
    page('/e/$entity', lazyRouteComponent(() => import('./list/ListPage'), 'ListPage')),
    page('/e/$entity/new', lazyRouteComponent(() => import('./card/CreatePage'), 'CreatePage')),
    page('/e/$entity/import', lazyRouteComponent(() => import('./imports/ImportPage'), 'ImportPage')),
    page('/e/$entity/$id', lazyRouteComponent(() => import('./card/CardPage'), 'CardPage')),
    page('/d/$dashboard', lazyRouteComponent(() => import('./dashboards/DashboardPage'), 'DashboardPage')),
    page('/indicators', lazyRouteComponent(() => import('./measures/IndicatorsPage'), 'IndicatorsPage')),
    page('/indicators/targets', lazyRouteComponent(() => import('./measures/TargetsPage'), 'TargetsPage')),
    page('/search', lazyRouteComponent(() => import('./search/SearchPage'), 'SearchPage')),
    page('/notifications', lazyRouteComponent(() => import('./notices/NoticesPage'), 'NoticesPage')),
    page('/me', lazyRouteComponent(() => import('./me/ProfilePage'), 'ProfilePage')),
    page('/admin/users', lazyRouteComponent(() => import('./admin/UsersPage'), 'UsersPage')),
    page('/admin/workspace', lazyRouteComponent(() => import('./admin/WorkspacePage'), 'WorkspacePage')),
    page('/admin/security', lazyRouteComponent(() => import('./admin/SecurityPage'), 'SecurityPage')),
    page('/admin/audit', lazyRouteComponent(() => import('./admin/AuditPage'), 'AuditPage')),
    page('$', lazyRouteComponent(() => import('./ui/NotFound'), 'NotFound')),
    ...studioRoutes(shell),
  ]),
]);

/** The addresses of the interface. Not registered for types: paths are plain text, so that areas stay independent. */
export const router = createRouter({
  routeTree: tree,
  defaultPreload: 'intent',
  defaultPendingMs: 300,
  // What a screen could not stand, told like every other failure, with a way on.
  defaultErrorComponent: ({ error }) => <ErrorState error={error} retry={() => window.location.reload()} />,
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const text = new URLSearchParams(Object.entries(search).filter(([, value]) => value !== undefined && value !== '').map(([key, value]) => [key, String(value)])).toString();
    return text ? `?${text}` : '';
  },
});
