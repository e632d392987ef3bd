/** Handoffs, under the names that the pages use, and one hook per endpoint. Durations are seconds, null is unknown. */

import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { StreamQuery } from '../filters/streamFilters';
import { groupText } from '../words/groups';
import type { components } from './schema';
import { asked, streamOptions, type Received } from './streams';

type Schemas = components['schemas'];

type Between = { from: string; to: string };

export type Pair = Omit<Schemas['HandoffPair'], keyof Between> & Between;
export type HandoffReason = Schemas['HandoffReason'];
export type Handoff = Schemas['Handoff'];
export type HandoffsTold = Omit<Schemas['Handoffs'], 'pairs'> & { pairs: Pair[] };
export type HandoffTrend = Schemas['HandoffTrend'];

export type HandoffsQuery = StreamQuery & { between: string };

export type BehindQuery = HandoffsQuery & {
  from_group?: string;
  to_group?: string;
  reason?: string;
  open?: boolean;
};

/** A group that nobody knows is a row and a column like the others. */
const named = (told: Received<Schemas['Handoffs']>): Received<HandoffsTold> => ({
  ...told,
  pairs: told.pairs.map((pair) => ({ ...pair, from: groupText(pair.from), to: groupText(pair.to) })),
});

export const useHandoffs = (query: HandoffsQuery) =>
  useQuery({ ...streamOptions<Schemas['Handoffs']>('handoffs', query), select: named });

export const useHandoffTrend = (query: BehindQuery & { every: string }) =>
  useQuery(streamOptions<HandoffTrend>('handoffs/trend', query));

const pageSize = 50;

export function useHandoffItems(query: BehindQuery) {
  return useInfiniteQuery({
    queryKey: ['data', 'handoffs/items', query],
    queryFn: ({ signal, pageParam }) =>
      asked<Schemas['HandoffItems']>(
        '/api/v1/handoffs/items',
        { ...query, limit: pageSize, ...(pageParam === '' ? {} : { after: pageParam }) },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });
}
