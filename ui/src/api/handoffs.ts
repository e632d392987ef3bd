/** Handoffs: what the API says of them, and one hook per endpoint. Durations are seconds, null is unknown. */

import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { StreamQuery } from '../filters/streamFilters';
import { asked, streamOptions, type Figures, type LeftOut } from './streams';

export type Pair = {
  from: string;
  to: string;
  n: number;
  wait: Figures;
  total: number;
  share: number | null; // of the whole lead time of the window's items
  returns: number;
  still: number; // open ones that wait now
};

export type HandoffReason = {
  reason: string;
  n: number;
  wait: Figures;
  total: number;
  share: number | null;
};

export type Handoff = {
  item: string;
  title: string;
  url: string | null;
  from: string;
  to: string;
  reason: string;
  at: string;
  received_at: string | null;
  wait: number | null;
  open: boolean;
};

export type HandoffsTold = {
  stream: string;
  from: string;
  to: string;
  between: string;
  items: number;
  lead_total: number | null;
  pairs: Pair[];
  reasons: HandoffReason[];
  worst: Handoff[];
  groups_merged?: string[];
  left_out: LeftOut[];
  notes: string[];
};

export type HandoffTrend = { rows: { bucket: string; n: number; wait: Figures }[] };

export type HandoffItems = { total: number; next: string | null; items: Handoff[] };

export type HandoffsQuery = StreamQuery & { between: string };

export type BehindQuery = HandoffsQuery & {
  from_group?: string;
  to_group?: string;
  reason?: string;
  open?: boolean;
};

export const useHandoffs = (query: HandoffsQuery) => useQuery(streamOptions<HandoffsTold>('handoffs', query));

export const useHandoffTrend = (
  query: HandoffsQuery & { from_group?: string; to_group?: string; every: string },
  enabled: boolean,
) => useQuery({ ...streamOptions<HandoffTrend>('handoffs/trend', query), enabled });

const pageSize = 50;

export function useHandoffItems(query: BehindQuery) {
  return useInfiniteQuery({
    queryKey: ['data', 'handoffs/items', query],
    queryFn: ({ signal, pageParam }) =>
      asked<HandoffItems>(
        '/api/v1/handoffs/items',
        { ...query, limit: pageSize, ...(pageParam === '' ? {} : { after: pageParam }) },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });
}
