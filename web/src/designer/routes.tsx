import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';

/** Addresses of Studio below `/studio`, each page loaded when it is opened. */
export function studioRoutes(shell: AnyRoute) {
  return [createRoute({ getParentRoute: () => shell, path: '/studio', component: lazyRouteComponent(() => import('./StudioPage'), 'StudioPage') })];
}
