import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Failed } from './Failed';
import { Frame } from './Frame';
import { parseSearch, stringifySearch, type Search } from './filters/search';
import { NotFound } from './NotFound';
import { Overview } from './pages/overview/Overview';

const rootRoute = createRootRoute({ component: Frame, notFoundComponent: NotFound });

// parseSearch is the only way in, and keeps what is wrong: the page says so in a sentence (see readFilters).
const validateSearch = (search: Record<string, unknown>): Search => search;

const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  validateSearch,
  component: Overview,
});

const valueStreamRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/value-stream',
  validateSearch,
  component: lazyRouteComponent(() => import('./pages/value-stream/ValueStream'), 'ValueStream'),
});

const handoffsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/handoffs',
  validateSearch,
  component: lazyRouteComponent(() => import('./pages/handoffs/Handoffs'), 'Handoffs'),
});

const flowRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/flow',
  validateSearch,
  component: lazyRouteComponent(() => import('./pages/flow/Flow'), 'Flow'),
});

const itemRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/item',
  validateSearch,
  component: lazyRouteComponent(() => import('./pages/item/Item'), 'Item'),
});

const sourcesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sources',
  component: lazyRouteComponent(() => import('./pages/sources/Sources'), 'Sources'),
});

const routes = [overviewRoute, valueStreamRoute, handoffsRoute, flowRoute, itemRoute, sourcesRoute];

export const router = createRouter({
  routeTree: rootRoute.addChildren(routes),
  defaultErrorComponent: Failed,
  parseSearch,
  stringifySearch,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
