/** Value streams, under the names that the pages use, and one hook per endpoint. Durations are seconds, null is unknown. */

import { keepPreviousData, queryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { StreamQuery } from '../filters/streamFilters';
import { second } from './asking';
import { server, told } from './client';
import type { components } from './schema';

type Schemas = components['schemas'];

export type Figures = Schemas['Duration'];
export type Ratio = Schemas['Ratio'];
export type StageClass = 'active' | 'waiting';
export type Stage = Schemas['StageFigure'];
export type TimeReason = Omit<Schemas['ReasonTime'], 'class'> & { class: StageClass };
export type LeftOut = Schemas['LeftOut'];
export type ValueStream = Omit<Schemas['ValueStream'], 'reasons'> & { reasons: TimeReason[] };
export type WhatIf = Schemas['WhatIfAnswer'];
export type Streams = Schemas['StreamList'];
export type StreamItem = Schemas['StreamItem'];
export type StreamItems = Schemas['StreamItems'];

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

/** Not a stage of the work: the time between the ends of an item that was reopened. */
export const afterDone = 'done';

const named = (told: Received<ValueStream>): Received<ValueStream> => ({
  ...told,
  stages: told.stages.map((one) => (one.stage === afterDone ? { ...one, title: 'Done, reopened' } : one)),
});

export const useValueStream = (query: StreamQuery) =>
  useQuery({ ...valueStreamOptions(query), select: named });

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
