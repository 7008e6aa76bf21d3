import { Navigate } from '@tanstack/react-router';
import { lazy } from 'react';
import { useCatalog } from '@/catalog/useCatalog';
import { Home } from './Home';

const Dashboard = lazy(async () => ({ default: (await import('@/dashboards/DashboardPage')).Dashboard }));

/** What opens first: what an application has for the person, else the sections. */
export function Start() {
  const { home } = useCatalog().data;
  if (home?.dashboard) return <Dashboard key={home.dashboard} name={home.dashboard} />;
  return home?.entity ? <Navigate to="/e/$entity" params={{ entity: home.entity }} replace /> : <Home />;
}
