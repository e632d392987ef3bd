/** Value streams: what the API says of them, and one hook per endpoint. Durations are seconds, null is unknown. */

import { keepPreviousData, queryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { StreamQuery } from '../filters/streamFilters';
import { second } from './asking';
import { server, told } from './client';

export type Figures = {
  n: number;
  p50: number | null;
  p75: number | null;
  p85: number | null;
  p90: number | null;
  p95: number | null;
  mean: number | null;
};

export type Ratio = {
  numerator: number;
  denominator: number;
  value: number | null;
  low: number | null;
  high: number | null;
};

export type StageClass = 'active' | 'waiting';

export type Stage = {
  stage: string;
  title: string;
  role: string;
  owner: string | null;
  owners: { owner: string | null; share: number | null }[];
  queue: boolean;
  side: boolean;
  n: number;
  lead: Figures;
  process: Figures;
  waiting: Figures;
  share: number | null;
  wip: number;
  wip_then: number;
  arrivals: number;
  departures: number;
  arrivals_per_day: number | null;
  departures_per_day: number | null;
  exits: number;
  accuracy: Ratio;
  returns: { from: string | null; rule: string; n: number }[];
};

export type TimeReason = {
  reason: string;
  class: StageClass;
  n: number;
  total: number;
  share: number | null;
  p50: number | null;
  p85: number | null;
};

export type LeftOut = { reason: string; n: number };

export type ValueStream = {
  stream: string;
  from: string;
  to: string;
  clock: string;
  items: {
    n: number;
    open: number;
    lead: Figures;
    process: Figures;
    waiting: Figures;
    activity_ratio: number | null;
    rolled_accuracy: number | null;
    scrap: Ratio;
  };
  stages: Stage[];
  reasons: TimeReason[];
  constraint: { waiting: string | null; growing: string | null };
  left_out: LeftOut[];
  notes: string[];
};

export type WhatIf = {
  stream: string;
  from: string;
  to: string;
  changes: { stage: string; wait: number }[];
  n: number;
  before: Figures;
  after: Figures;
  gain: { seconds: number; item_days: number; item_days_per_week: number | null };
  stages: { stage: string; before: Figures; after: Figures }[]; // lead times in those that change
  notes: string[];
};

export type Streams = {
  streams: { stream: string; title: string; configured: boolean }[];
};

export type StreamItem = {
  item: string;
  kind: string;
  class: string | null;
  title: string;
  url: string | null;
  team: string | null;
  stage: string | null;
  owner: string | null;
  start: string | null;
  end: string | null;
  value: number | null; // its lead time, or its time in the asked stage or for the reason; of an open one so far
  process: number | null;
  waiting: number | null;
  returns: number;
  excluded?: string | null;
};

export type StreamItems = { total: number; next: string | null; items: StreamItem[]; notes?: string[] };

export type ItemsOfStream = StreamQuery & { stage?: string; kind?: string; reason?: string };

/** With the browser's time of its arrival, in milliseconds: figures that are kept must say how old they are. */
export type Received<T> = T & { received: number };

type Get = (
  path: string,
  options: { params: { query: object }; signal: AbortSignal },
) => Promise<{
  data?: unknown;
  error?: unknown;
  response: Response;
}>;

/** Asks for a path by its name. */
export async function asked<T>(path: string, query: object, signal: AbortSignal): Promise<Received<T>> {
  const get = server.GET as unknown as Get;
  const answer = (await told(get(path, { params: { query }, signal }), signal)) as T;
  return { ...answer, received: Date.now() };
}

/** A question of a page of streams. What was asked before stays until the new answer is there. */
export function streamOptions<T>(name: string, query: object) {
  return queryOptions({
    queryKey: ['data', name, query],
    queryFn: ({ signal }) => asked<T>(`/api/v1/${name}`, query, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 5 * 60 * second, // the window ends now, and now moves
  });
}

export const valueStreamOptions = (query: StreamQuery) => streamOptions<ValueStream>('value-stream', query);

export const useValueStream = (query: StreamQuery) => useQuery(valueStreamOptions(query));

export const streamsOptions = streamOptions<Streams>('streams', {});

export const useStreams = () => useQuery(streamsOptions);

/** Each change as STAGE:PERCENT. Nothing is asked while nothing is changed. */
export function useWhatIf(query: StreamQuery, change: string[]) {
  return useQuery({
    ...streamOptions<WhatIf>('value-stream/whatif', { ...query, change }),
    enabled: change.length > 0,
  });
}

const pageSize = 50;

export function useStreamItems(query: ItemsOfStream) {
  return useInfiniteQuery({
    queryKey: ['data', 'stream/items', query],
    queryFn: ({ signal, pageParam }) =>
      asked<StreamItems>(
        '/api/v1/stream/items',
        { ...query, limit: pageSize, ...(pageParam === '' ? {} : { after: pageParam }) },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
}
