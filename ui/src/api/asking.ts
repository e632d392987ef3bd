/** What is asked of the server at a page's start, described once: for asking early, and for the hooks that wait for it. */

import { QueryClient, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { Away, server, told } from './client';
import type { Answers, Sources } from './model';
import type { operations } from './schema';

export type AnswersQuery = operations['answer-many']['parameters']['query'];

export const second = 1000; // ms

/** How often an open page looks whether the data changed. A status costs the server next to nothing. */
const pollEvery = 15 * second;
const pollWhenAway = 3 * second;

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // A server that is away comes back; a wrong question stays wrong.
        retry: (_, error) => error instanceof Away,
        retryDelay: (attempt) => Math.min(second * 2 ** attempt, pollWhenAway),
        // The server is often on this very machine: the browser's idea of being offline does not matter.
        networkMode: 'always',
        staleTime: 60 * second,
        refetchOnWindowFocus: true,
      },
      mutations: { networkMode: 'always' },
    },
  });
}

export const statusOptions = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => told(server.GET('/api/v1/status', { signal }), signal),
  refetchInterval: pollEvery,
  staleTime: 2 * second, // what was asked early need not be asked again when it is first drawn
  refetchOnWindowFocus: 'always', // whoever comes back to the page sees at once whether the server is there
});

/** How often the sources are looked at while one of them is being collected: a progress that stands still looks broken. */
export const watchEvery = 2 * second;

export const sourcesOptions = queryOptions({
  queryKey: ['sources'],
  queryFn: async ({ signal }): Promise<Sources> => {
    const asking = server.GET('/api/v1/sources', { signal });
    const { sources } = await told(asking, signal);
    const { response } = await asking;
    const received = Date.now();
    // "12 minutes ago" is by the server's clock: the browser's may be set to another time.
    const there = Date.parse(response.headers.get('date') ?? '');
    return { sources, received, ahead: Number.isNaN(there) ? 0 : there - received };
  },
  refetchInterval: ({ state }) =>
    state.data?.sources.some(({ running }) => running) === true ? watchEvery : pollEvery,
  staleTime: 2 * second,
  refetchOnWindowFocus: 'always',
});

export const catalogueOptions = queryOptions({
  queryKey: ['catalogue'],
  queryFn: ({ signal }) => told(server.GET('/api/v1/metrics', { signal }), signal),
  staleTime: Infinity,
});

/** Many metrics in one request. What was asked before stays on the page until the new answer is there. */
export const answersOptions = (query: AnswersQuery) =>
  queryOptions({
    queryKey: ['data', 'answers', query],
    queryFn: async ({ signal }): Promise<Answers> => {
      const answers = await told(server.GET('/api/v1/answers', { params: { query }, signal }), signal);
      return { ...answers, received: Date.now() };
    },
    placeholderData: keepPreviousData,
    refetchInterval: 5 * 60 * second, // the window ends now, and now moves
  });
