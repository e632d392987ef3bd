/** How a figure changed against the compared window, said in words as well as by an arrow. */

import type { Metric, Row } from '../api/model';
import { durationText } from './durations';
import { headline } from './figures';
import { countText, pointsText, rateText, roughShareText } from './numbers';

export type Change = {
  absolute: number; // now − before, in the metric's unit
  relative: number | null; // of what was before; null where that was nothing
  arrow: '▲' | '▼' | '=' | '≈';
  verdict: 'better' | 'worse' | 'unchanged' | 'unclear'; // unclear: chance alone often makes as large a difference (95%)
};

/** A word for a board is either sure or not given. */
export const verdictWords: Record<Change['verdict'], string> = {
  better: 'better',
  worse: 'worse',
  unchanged: 'unchanged',
  unclear: 'no clear change',
};

/** Null where either window has no data: nothing is not zero. */
export function changeOf(metric: Metric, now: Row | undefined, before: Row | undefined): Change | null {
  const field = headline(metric.shape);
  const value = now?.[field] ?? null;
  const old = before?.[field] ?? null;
  if (value === null || old === null) return null;
  const absolute = value - old;
  const relative = old === 0 ? null : absolute / old;
  if (absolute === 0) return { absolute, relative, arrow: '=', verdict: 'unchanged' };
  if (inDoubt(metric.shape, now, before)) return { absolute, relative, arrow: '≈', verdict: 'unclear' };
  const up = absolute > 0;
  const verdict = up === (metric.direction === 'higher') ? 'better' : 'worse';
  return { absolute, relative, arrow: up ? '▲' : '▼', verdict };
}

/** Newcombe's interval of the difference, from both ratios' own Wilson intervals. */
export function newcombe(now: Interval, before: Interval): { low: number; high: number } {
  const difference = now.value - before.value;
  return {
    low: difference - Math.hypot(now.value - now.low, before.high - before.value),
    high: difference + Math.hypot(now.high - now.value, before.value - before.low),
  };
}

export type Interval = { value: number; low: number; high: number };

function interval(row: Row | undefined): Interval | null {
  if (row?.value == null || row.low == null || row.high == null) return null;
  return { value: row.value, low: row.low, high: row.high };
}

function inDoubt(shape: Metric['shape'], now: Row | undefined, before: Row | undefined): boolean {
  if (!now || !before) return false;
  if (shape === 'ratio') {
    const [a, b] = [interval(now), interval(before)];
    if (!a || !b) return false;
    const { low, high } = newcombe(a, b);
    return low <= 0 && high >= 0;
  }
  const field = headline(shape);
  const difference = Math.abs((now[field] ?? 0) - (before[field] ?? 0));
  return difference < z * Math.hypot(standardError(shape, now), standardError(shape, before));
}

const z = 1.96; // the normal distribution's 97.5th percentile

/**
 * Roughly how far a figure strays by chance, so that no word is put to noise; it is not shown as a number. A count
 * strays by its root. A median by 1 ÷ (2 × density × √n), with the density taken from the quarter of the items above it.
 * Items that come in batches stray farther, so that what is in doubt here certainly is.
 */
function standardError(shape: Metric['shape'], row: Row): number {
  const n = row.n ?? 0;
  if (n === 0) return Infinity;
  if (shape === 'rate') return Math.sqrt(n) / (row.days ?? 1);
  return (2 * ((row.p75 ?? 0) - (row.p50 ?? 0))) / Math.sqrt(n);
}

/** The size of a change without its sign; the sign stands before it. */
export function changeSizeText(shape: Metric['shape'], absolute: number): string {
  switch (shape) {
    case 'duration':
      return durationText(Math.abs(absolute));
    case 'ratio':
    case 'share':
      return pointsText(absolute);
    case 'level':
      return countText(Math.abs(absolute));
    case 'rate':
      return `${rateText(Math.abs(absolute))} a day`;
  }
}

export const signText = (n: number) => (n > 0 ? '+' : n < 0 ? '−' : '±');

export function relativeText(relative: number): string {
  return `${signText(relative)}${roughShareText(Math.abs(relative))}`;
}
