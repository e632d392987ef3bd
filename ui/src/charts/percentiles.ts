/** The three lines that say what is usual: half, 85 % and 95 % of the items were done within them. */

import type { Percentiles } from '../api/flow';
import { durationStep, shortDurationText } from '../words/durations';
import { axisLabel, colour, splitLine } from './look';

export const lines = [
  { name: 'p50', words: '50 %', dash: 'solid' },
  { name: 'p85', words: '85 %', dash: 'dashed' },
  { name: 'p95', words: '95 %', dash: 'dotted' },
] as const;

export function markLine(percentiles: Percentiles) {
  return {
    silent: true,
    symbol: 'none',
    animation: false,
    data: lines.flatMap(({ name, words, dash }) => {
      const value = percentiles[name];
      return value === null
        ? []
        : [
            {
              yAxis: value,
              lineStyle: { color: colour.ink, width: 1, type: dash },
              label: {
                formatter: `${words}: ${shortDurationText(value)}`,
                position: 'insideStartTop',
                color: colour.ink,
                fontSize: 11,
                textBorderColor: colour.paper,
                textBorderWidth: 3,
              },
            },
          ];
    }),
  };
}

/**
 * The highest value that is drawn in its place: a few that took far longer than the others would press all the rest to
 * the ground, and are drawn on the upper edge instead.
 */
export function ceiling(values: readonly number[], { p95 }: Percentiles): number {
  const max = Math.max(0, ...values);
  if (p95 === null) return max;
  return Math.min(Math.max(max, p95 * 1.08), p95 * 1.9);
}

/** An axis of durations from zero, with whole hours, days or weeks. */
export function durationAxis(max: number) {
  const interval = durationStep(max > 0 ? max : 86_400, 5);
  return {
    type: 'value',
    min: 0,
    max: Math.max(interval, Math.ceil(max / interval) * interval),
    interval,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { ...axisLabel, formatter: (value: number) => shortDurationText(value) },
    splitLine,
  };
}
