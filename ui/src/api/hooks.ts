/** One hook per endpoint. Names and keys of the cache live here and in asking.ts, and nowhere else. */

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import {
  answersOptions,
  catalogueOptions,
  sourcesOptions,
  statusOptions,
  watchEvery,
  type AnswersQuery,
} from './asking';
import { server, taken, told } from './client';
import type { Answer } from './model';
import type { operations } from './schema';

export type MetricQuery = NonNullable<operations['query-metric']['parameters']['query']>;
export type ItemsQuery = NonNullable<operations['list-items']['parameters']['query']>;

/** The server's state, and the heartbeat of the page: when the data changed, everything else is asked again. */
export function useStatus() {
  const client = useQueryClient();
  const status = useQuery(statusOptions);
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

export const useCatalogue = () => useQuery(catalogueOptions);

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

export const useAnswers = (query: AnswersQuery) => useQuery(answersOptions(query));

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

export const useSources = () => useQuery(sourcesOptions);

/** Asks more often for as long as something is awaited that the server does not tell of yet. */
export function useSourcesSoon(awaited: boolean) {
  useQuery({ ...sourcesOptions, enabled: awaited, refetchInterval: watchEvery });
}

/** Orders a source to be collected now. It has only begun when this succeeds: the sources tell how it goes. */
export function useSync(name: string, begun: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => taken(server.POST('/api/v1/sources/{name}/sync', { params: { path: { name } } })),
    onSuccess: begun,
    onSettled: () => {
      void client.invalidateQueries(sourcesOptions);
    },
  });
}
