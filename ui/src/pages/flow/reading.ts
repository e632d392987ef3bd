/** The part of the address that only this page understands. */

import type { ForecastQuery } from '../../api/flow';
import { lengthInDays, oneOf, without, type Search } from '../../filters/search';
import { readStreamFilters, usualStream, type StreamFilters } from '../../filters/streamFilters';

export const flowEverys = ['day', 'week', 'month'] as const;
export type FlowEvery = (typeof flowEverys)[number];

export type FlowRead = {
  filters: StreamFilters;
  every: FlowEvery;
  items: number | null; // the forecast of so many; null: of as many as are under way
  by: string; // the forecast up to this day
};

export const weeksAhead = 4;

export function readFlow(search: Search, now: Date): FlowRead {
  const filters = readStreamFilters(search);
  const usual = lengthInDays(filters.from, filters.to) > 200 ? 'month' : 'week';
  const every = oneOf(search.every, flowEverys, usual, 'every', filters.problems);
  const items = itemsOf(search, filters.problems);
  const by = byOf(search, now, filters.problems);
  return { filters, every, items, by };
}

/** A forecast is made from the last weeks whatever the page's window is, and by the calendar. */
export function forecastOf({ stream, product, team, service }: StreamFilters): ForecastQuery {
  return {
    ...(stream !== usualStream && { stream }),
    ...(product.length > 0 && { product }),
    ...(team.length > 0 && { team }),
    ...(service.length > 0 && { service }),
  };
}

const most = 10_000; // items that a forecast is asked for

function itemsOf({ items }: Search, problems: string[]): number | null {
  if (items === undefined) return null;
  if (/^\d{1,5}$/.test(items) && Number(items) > 0 && Number(items) <= most) return Number(items);
  problems.push(wrong('items', items, `a number from 1 to ${most}`));
  return null;
}

function byOf({ by }: Search, now: Date, problems: string[]): string {
  const usual = new Date(now.getTime() + weeksAhead * 7 * 86_400_000).toISOString().slice(0, 10);
  if (by === undefined) return usual;
  if (/^\d{4}-\d{2}-\d{2}$/.test(by) && !Number.isNaN(Date.parse(by))) return by;
  problems.push(wrong('by', by, 'a date such as 2026-03-31'));
  return usual;
}

const wrong = (name: string, value: string, right: string) =>
  `“${name}=${value}” in the address is not understood and was not used: it takes ${right}.`;

/** What is open beside the page: items of a kind, of a stage, of a bucket. */
export const kinds = ['done', 'open', 'returned', 'excluded'] as const;
export type Kind = (typeof kinds)[number];

export type OpenItems = {
  kind: Kind;
  stage?: string | undefined;
  reason?: string | undefined;
  bucket?: string | undefined;
};

export function openItems(search: Search): OpenItems | null {
  if (search.open !== 'items') return null;
  const kind = kinds.find((one) => one === search.tab) ?? 'done';
  const { stage, reason, bucket } = search;
  return { kind, stage, reason, bucket };
}

export const closedItems = (search: Search) => without(search, 'open', 'tab', 'stage', 'reason', 'bucket');

export function itemsOpened(search: Search, { kind, stage, reason, bucket }: OpenItems): Search {
  return {
    ...closedItems(search),
    open: 'items',
    ...(kind !== 'done' && { tab: kind }),
    ...(stage !== undefined && { stage }),
    ...(reason !== undefined && { reason }),
    ...(bucket !== undefined && { bucket }),
  };
}

/** From a bucket's start to the next one's, cut by the window as the figures are. */
export function bucketWindow(
  bucket: string,
  buckets: readonly string[],
  window: { from: string; to: string },
): { from: string; to: string } | null {
  const i = buckets.findIndex((start) => Date.parse(start) === Date.parse(bucket));
  const start = buckets[i];
  if (start === undefined) return null;
  return {
    from: Date.parse(start) < Date.parse(window.from) ? window.from : start,
    to: buckets[i + 1] ?? window.to,
  };
}
