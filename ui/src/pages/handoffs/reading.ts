/** The part of the address that only this page understands. */

import { lengthInDays, oneOf, without, type Search } from '../../filters/search';
import { readStreamFilters, type StreamFilters } from '../../filters/streamFilters';
import { betweens, type Between } from '../../words/groups';

export type HandoffsRead = { filters: StreamFilters; between: Between };

export function readHandoffs(search: Search): HandoffsRead {
  const filters = readStreamFilters(search);
  const between = oneOf(search.between, betweens, 'groups', 'between', filters.problems);
  return { filters, between };
}

/** What is open beside the page: a pair, a reason, or a pair's handoffs for one reason. */
export type OpenHandoffs = { from: string | undefined; to: string | undefined; reason: string | undefined };

export function openOf({ from_group: from, to_group: to, reason }: Search): OpenHandoffs | null {
  if (from === undefined && to === undefined && reason === undefined) return null;
  return { from, to, reason };
}

export const closedHandoffs = (search: Search) => without(search, 'from_group', 'to_group', 'reason', 'show');

export function pairOpened(search: Search, from: string, to: string): Search {
  return { ...closedHandoffs(search), from_group: from, to_group: to };
}

export const reasonOpened = (search: Search, reason: string): Search => ({
  ...closedHandoffs(search),
  reason,
});

/** Enough buckets to see a trend, few enough that each holds something. */
export function trendEvery({ from, to }: Pick<StreamFilters, 'from' | 'to'>): 'week' | 'month' {
  return lengthInDays(from, to) > 200 ? 'month' : 'week';
}
