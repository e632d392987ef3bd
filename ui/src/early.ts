/**
 * Asks for what the overview shows before anything else is done: main.tsx imports this module first, so that the server
 * works while the browser still reads the rest of the script.
 */

import { answersOptions, catalogueOptions, newQueryClient, statusOptions } from './api/asking';
import { answersQuery } from './filters/asks';
import { parseSearch, readFilters } from './filters/search';

export const queryClient = newQueryClient();

if (location.pathname === '/') {
  const filters = readFilters(parseSearch(location.search));
  // Who asks for the same later waits for these, and is told of what goes wrong.
  const toldLater = () => undefined;
  queryClient.query(answersOptions(answersQuery(filters))).catch(toldLater);
  queryClient.query(catalogueOptions).catch(toldLater);
  queryClient.query(statusOptions).catch(toldLater);
}
