/**
 * Asks for what the page shows before anything else is done: main.tsx imports this module first, so that the server
 * works while the browser still reads the rest of the script.
 */

import {
  answersOptions,
  catalogueOptions,
  newQueryClient,
  sourcesOptions,
  statusOptions,
} from './api/asking';
import { valueStreamOptions } from './api/streams';
import { answersQuery } from './filters/asks';
import { parseSearch, readFilters } from './filters/search';
import { readStreamFilters, streamQuery } from './filters/streamFilters';

export const queryClient = newQueryClient();

// Who asks for the same later waits for these, and is told of what goes wrong.
const toldLater = () => undefined;

if (location.pathname === '/') {
  const filters = readFilters(parseSearch(location.search));
  queryClient.query(answersOptions(answersQuery(filters))).catch(toldLater);
  queryClient.query(catalogueOptions).catch(toldLater);
  queryClient.query(statusOptions).catch(toldLater);
}

if (location.pathname === '/value-stream') {
  const filters = readStreamFilters(parseSearch(location.search));
  queryClient.query(valueStreamOptions(streamQuery(filters))).catch(toldLater);
  queryClient.query(statusOptions).catch(toldLater);
}

if (location.pathname === '/sources') {
  queryClient.query(sourcesOptions).catch(toldLater);
  queryClient.query(statusOptions).catch(toldLater);
}
