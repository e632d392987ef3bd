import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Failed } from './Failed';
import { Frame } from './Frame';
import { parseSearch, stringifySearch, type Search } from './filters/search';
import { NotFound } from './NotFound';
import { Overview } from './pages/overview/Overview';

const rootRoute = createRootRoute({ component: Frame, notFoundComponent: NotFound });

const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  // parseSearch is the only way in, and keeps what is wrong: the page says so in a sentence (see readFilters).
  validateSearch: (search: Record<string, unknown>): Search => search,
  component: Overview,
});

const sourcesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sources',
  component: lazyRouteComponent(() => import('./pages/sources/Sources'), 'Sources'),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([overviewRoute, sourcesRoute]),
  defaultErrorComponent: Failed,
  parseSearch,
  stringifySearch,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
