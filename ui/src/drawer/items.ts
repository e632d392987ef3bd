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

const counted: Record<string, string> = { change_failure_rate: 'failed', rework_rate: 'repair' };

/** Items of a ratio are in its numerator or only in its denominator; those of a rate all count alike. */
export function verdictText(metric: string, item: Item): string {
  if (item.value == null) return 'one';
  return item.value === 1 ? (counted[metric] ?? 'yes') : 'not';
}
