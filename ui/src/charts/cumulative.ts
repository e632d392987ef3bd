/** Cumulative flow: how many items were in each stage at each day's end, one band a stage. */

import type { FlowTold } from '../api/flow';
import { countText } from '../words/numbers';
import { dayText, dayTicks } from './days';
import { escaped } from './escaped';
import { axisLabel, axisLine, colour, indexOf, splitLine, still, tooltip } from './look';

export type Band = { stage: string; title: string; n: number[]; now: number; then: number; colour: string };

type Cumulative = FlowTold['cumulative'];

/** What is done stands at the bottom and what has not begun on top, as such charts are drawn. */
export function bandsOf({ stages }: Cumulative, underWay: boolean): Band[] {
  const shown = stages
    .filter(({ stage, n }) => n.some((one) => one > 0) && !(underWay && isEnd(stage)))
    .reverse();
  return shown.map(({ stage, title, n }, i) => ({
    stage,
    title,
    n,
    now: n.at(-1) ?? 0,
    then: n[0] ?? 0,
    colour: shade(i, shown.length),
  }));
}

const isEnd = (stage: string) => stage === 'backlog' || stage === 'done';

/** The nearer to the customer the darker: the order of the bands can be read without telling hues apart. */
function shade(i: number, n: number): string {
  const share = n < 2 ? 80 : 90 - (78 * i) / (n - 1);
  return `color-mix(in srgb, var(--accent) ${Math.round(share)}%, var(--paper))`;
}

export function cumulativeOption(bands: readonly Band[], days: readonly string[]) {
  const ticks = dayTicks(days);
  return {
    ...still,
    grid: { left: 44, right: 10, top: 10, bottom: 24 },
    tooltip: {
      ...tooltip,
      trigger: 'axis',
      axisPointer: {
        type: 'line',
        lineStyle: { color: colour.quiet, type: 'solid' },
        label: { show: false },
      },
      formatter: (at: unknown) => text(bands, days, indexOf(at)),
    },
    xAxis: {
      type: 'category',
      boundaryGap: false,
      data: days,
      axisLine,
      axisTick: { show: false },
      axisLabel: {
        ...axisLabel,
        hideOverlap: true,
        formatter: (_day: string, i: number) => ticks[i] ?? '',
      },
    },
    yAxis: { type: 'value', min: 0, minInterval: 1, splitNumber: 4, axisLabel, splitLine },
    series: bands.map((band) => ({
      name: band.stage,
      type: 'line',
      stack: 'all',
      symbol: 'none',
      silent: true,
      data: band.n,
      lineStyle: { width: 0.75, color: colour.paper },
      itemStyle: { color: band.colour },
      areaStyle: { color: band.colour, opacity: 1 },
      emphasis: { disabled: true },
    })),
  };
}

function text(bands: readonly Band[], days: readonly string[], i: number): string {
  const day = days[i];
  if (day === undefined) return '';
  const rows = [...bands]
    .reverse()
    .map(({ title, n }) => `<tr><td>${escaped(title)}</td><td class="num">${countText(n[i] ?? 0)}</td></tr>`);
  return `<strong>${dayText(day)}</strong><table class="tooltip">${rows.join('')}</table>`;
}
