/** What is read off a single item. */

import type { Item, StageInterval } from '../api/model';

export function lengthOf({ start, end }: Pick<StageInterval, 'start' | 'end'>): number {
  return (Date.parse(end) - Date.parse(start)) / 1000;
}

/** How long an item was in a stage, in seconds, over all its intervals there; null: it never was. */
export function secondsIn(item: Item, stage: string): number | null {
  const there = (item.stages ?? []).filter((interval) => interval.stage === stage);
  return there.length === 0 ? null : there.reduce((sum, interval) => sum + lengthOf(interval), 0);
}

/** The rules that say why an item is in a ratio's numerator, each once, in the order of the evidence. */
export function rulesOf({ evidence }: Pick<Item, 'evidence'>): string[] {
  return [...new Set((evidence ?? []).map(({ rule }) => rule))];
}
