import './shell.css';
import { useMediaQuery } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { ApiError } from '@/api/error';
import { onSignedOut } from '@/api/client';
import { currentPreview } from '@/api/preview';
import { keepChosenLanguage } from '@/api/session';
import { Catalog } from '@/catalog/catalog';
import { closeEvents, openEvents } from '@/catalog/events';
import { knowTitles } from '@/fields/reference';
import { CatalogProvider, useCatalogQuery } from '@/catalog/useCatalog';
import { changeLanguage, chosenLanguage, currentLanguage } from '@/i18n';
import { ErrorState } from '@/ui/ErrorState';
import { BottomBar } from './BottomBar';
import { GlobalShortcuts } from './GlobalShortcuts';
import { isPaletteWanted, onPaletteWanted } from './palette';
import { PreviewBar } from './PreviewBar';
import { Rail } from './Rail';
import { RecordEvents } from './RecordEvents';
import { ShellSkeleton } from './ShellSkeleton';

const Palette = lazy(() => import('./Palette'));

/** What the server says to a person of whom a second factor is asked and who has none yet. */
const NEEDS_FACTOR = 'auth.second_factor_setup';

/** Sends a person who is not signed in to the sign-in page, and remembers where they wanted to go. */
function useSignInRedirect(error: unknown) {
  const navigate = useNavigate();
  useEffect(() => {
    const go = () => void navigate({ to: '/login', search: { next: location.pathname + location.search }, replace: true });
    if (error instanceof ApiError && error.status === 401) go();
    if (error instanceof ApiError && error.code === NEEDS_FACTOR) void navigate({ to: '/second-factor', search: { next: location.pathname + location.search }, replace: true });
    return onSignedOut(go);
  }, [error, navigate]);
}

/** What surrounds every signed-in page: the rail, the palette, the keys, the stream of changes. */
export function Shell() {
  const catalog = useCatalogQuery();
  const current = useMemo(() => {
    if (!catalog.data) return undefined;
    const made = new Catalog(catalog.data);
    knowTitles(made);
    return made;
  }, [catalog.data]);
  const client = useQueryClient();
  const mobile = useMediaQuery('(max-width: 767px)', window.innerWidth < 768);
  const [menu, setMenu] = useState(false);
  const palette = useSyncExternalStore(onPaletteWanted, isPaletteWanted, () => false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  useSignInRedirect(catalog.error);
  useEffect(() => setMenu(false), [path]);
  useEffect(() => {
    if (!catalog.data) return;
    openEvents();
    const language = catalog.data.user.language;
    // Picked by hand before the company's own sign-in, or before a second factor was set up.
    if (chosenLanguage() && !currentPreview()) return void keepChosenLanguage().then((kept) => (kept ? client.invalidateQueries() : undefined));
    if ((language === 'en' || language === 'ru') && language !== currentLanguage()) void changeLanguage(language);
  }, [catalog.data, client]);
  useEffect(() => closeEvents, []);

  if (catalog.error instanceof ApiError && (catalog.error.status === 401 || catalog.error.code === NEEDS_FACTOR)) return null;
  if (catalog.isError && !catalog.data) return <div className="column" style={{ height: '100%' }}><PreviewBar /><ErrorState error={catalog.error} retry={() => void catalog.refetch()} /></div>;
  if (!current) return <ShellSkeleton mobile={mobile ?? false} />;
  return (
    <CatalogProvider catalog={current}>
      <div className={mobile ? 'shell mobile' : 'shell'}>
        {!mobile && <Rail narrow={path.startsWith('/studio')} />}
        {mobile && menu && <div className="menu-sheet"><Rail sheet /></div>}
        <main className="main" key={current.data.user.language}><PreviewBar /><Outlet /></main>
        {mobile && <BottomBar menu={menu} onMenu={() => setMenu(!menu)} />}
      </div>
      {palette && <Suspense fallback={null}><Palette /></Suspense>}
      <GlobalShortcuts />
      <RecordEvents />
    </CatalogProvider>
  );
}
