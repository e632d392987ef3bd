/** One hook per endpoint. Names and keys of the cache live here and nowhere else. */

import {
  QueryClient,
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { Away, server, told } from './client';
import type { Answer, Answers } from './model';
import type { operations } from './schema';

export type AnswersQuery = operations['answer-many']['parameters']['query'];
export type MetricQuery = NonNullable<operations['query-metric']['parameters']['query']>;
export type ItemsQuery = NonNullable<operations['list-items']['parameters']['query']>;

const second = 1000;

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
    },
  });
}

/** The server's state, and the heartbeat of the page: when the data changed, everything else is asked again. */
export function useStatus() {
  const client = useQueryClient();
  const status = useQuery({
    queryKey: ['status'],
    queryFn: ({ signal }) => told(server.GET('/api/v1/status', { signal }), signal),
    refetchInterval: pollEvery,
    staleTime: 0,
  });
  const version = status.data?.data.version;
  const seen = useRef(version);
  useEffect(() => {
    const before = seen.current;
    seen.current = version;
    if (before !== undefined && version !== undefined && before !== version) {
      void client.invalidateQueries({ queryKey: ['data'] });
    }
  }, [client, version]);
  return status;
}

export function useCatalogue() {
  return useQuery({
    queryKey: ['catalogue'],
    queryFn: ({ signal }) => told(server.GET('/api/v1/metrics', { signal }), signal),
    staleTime: Infinity,
  });
}

export function useTeams() {
  return useQuery({
    queryKey: ['data', 'teams'],
    queryFn: ({ signal }) => told(server.GET('/api/v1/teams', { signal }), signal),
    select: ({ teams }) => teams,
  });
}

export function useServices() {
  return useQuery({
    queryKey: ['data', 'services'],
    queryFn: ({ signal }) => told(server.GET('/api/v1/services', { signal }), signal),
    select: ({ services }) => services,
  });
}

export function useProducts() {
  return useQuery({
    queryKey: ['data', 'products'],
    queryFn: ({ signal }) => told(server.GET('/api/v1/products', { signal }), signal),
    select: ({ products }) => products,
  });
}

/** Many metrics in one request. What was asked before stays on the page until the new answer is there. */
export function useAnswers(query: AnswersQuery) {
  return useQuery({
    queryKey: ['data', 'answers', query],
    queryFn: async ({ signal }): Promise<Answers> => {
      const answers = await told(server.GET('/api/v1/answers', { params: { query }, signal }), signal);
      return { ...answers, received: Date.now() };
    },
    placeholderData: keepPreviousData,
    refetchInterval: 5 * 60 * second, // the window ends now, and now moves
  });
}

export function useMetric(id: string, query: MetricQuery, enabled = true) {
  return useQuery({
    queryKey: ['data', 'metric', id, query],
    queryFn: async ({ signal }): Promise<Answer> =>
      told(server.GET('/api/v1/metrics/{id}', { params: { path: { id }, query }, signal }), signal),
    enabled,
  });
}

const pageSize = 50;

export function useItems(id: string, query: ItemsQuery) {
  return useInfiniteQuery({
    queryKey: ['data', 'items', id, query],
    queryFn: ({ signal, pageParam }) => {
      const page = { ...query, limit: pageSize, ...(pageParam === '' ? {} : { after: pageParam }) };
      return told(
        server.GET('/api/v1/metrics/{id}/items', { params: { path: { id }, query: page }, signal }),
        signal,
      );
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
}
