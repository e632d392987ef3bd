/** Geometry of a histogram whose bins grow with the values: each is drawn as wide as the others, and labelled. */

import type { Bin } from '../api/model';

/** The bins from the first to the last that has items, with the empty one on either side that shows where they end. */
export function trimmed(bins: readonly Bin[]): Bin[] {
  const first = bins.findIndex((bin) => bin.n > 0);
  if (first < 0) return [];
  const last = bins.findLastIndex((bin) => bin.n > 0);
  return bins.slice(Math.max(0, first - 1), last + 2);
}

/** Where a value stands among the bins, from 0 at the first one's start to bins.length; null outside them. */
export function placeOf(value: number, bins: readonly Bin[]): number | null {
  const i = bins.findIndex((bin) => value >= bin.from && (bin.to === null || value < bin.to));
  const bin = bins[i];
  if (bin === undefined) return null;
  // The last bin has no end: half-way is as good a place as any.
  return bin.to === null ? i + 0.5 : i + (value - bin.from) / (bin.to - bin.from);
}

/** The edges to label: the first, the last, and as many between as there is room for. */
export function labelled(bins: readonly Bin[], most: number): number[] {
  const step = Math.max(1, Math.ceil(bins.length / most));
  const found: number[] = [];
  for (let i = 0; i < bins.length; i += step) found.push(i);
  const end = bins.length;
  if (bins.at(-1)?.to !== null && end - (found.at(-1) ?? 0) >= step) found.push(end);
  return found;
}

export function edge(bins: readonly Bin[], i: number): number {
  return bins[i]?.from ?? bins[i - 1]?.to ?? 0;
}
