import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';

/** Addresses of Studio below `/studio`, each page loaded when it is opened. */
export function studioRoutes(shell: AnyRoute) {
  const studio = createRoute({ getParentRoute: () => shell, path: '/studio', component: lazyRouteComponent(() => import('./StudioFrame'), 'StudioFrame') });
  const page = (path: string, component: ReturnType<typeof lazyRouteComponent>) => createRoute({ getParentRoute: () => studio, path, component });
  return [
    studio.addChildren([
      page('/', lazyRouteComponent(() => import('./pages/OverviewPage'), 'OverviewPage')),
      page('/model', lazyRouteComponent(() => import('./pages/DiagramPage'), 'DiagramPage')),
      page('/model/$entity', lazyRouteComponent(() => import('./entity/EntityPage'), 'EntityPage')),
      page('/choices', lazyRouteComponent(() => import('./pages/ChoiceSetsPage'), 'ChoiceSetsPage')),
      page('/dashboards', lazyRouteComponent(() => import('./dashboards/DashboardsPage'), 'DashboardsPage')),
      page('/dashboards/$dashboard', lazyRouteComponent(() => import('./dashboards/DesignerPage'), 'DesignerPage')),
      page('/forms', lazyRouteComponent(() => import('./forms/FormsPage'), 'FormsPage')),
      page('/forms/$form', lazyRouteComponent(() => import('./forms/FormDesignerPage'), 'FormDesignerPage')),
      page('/navigation', lazyRouteComponent(() => import('./pages/NavigationPage'), 'NavigationPage')),
      page('/access', lazyRouteComponent(() => import('./access/AccessPage'), 'AccessPage')),
      page('/measures', lazyRouteComponent(() => import('./measures/MeasuresPage'), 'MeasuresPage')),
      page('/scripts', lazyRouteComponent(() => import('./scripts/ScriptsPage'), 'ScriptsPage')),
      page('/datasets', lazyRouteComponent(() => import('./datasets/DatasetsPage'), 'DatasetsPage')),
      page('/registers', lazyRouteComponent(() => import('./registers/RegistersPage'), 'RegistersPage')),
      page('/schedules', lazyRouteComponent(() => import('./pages/SchedulesPage'), 'SchedulesPage')),
      page('/releases', lazyRouteComponent(() => import('./release/ReleasesPage'), 'ReleasesPage')),
    ]),
  ];
}
