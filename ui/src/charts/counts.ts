/** Counts over time: bars for what happened in a bucket, a line for what there was on a day. */

import { countText } from '../words/numbers';
import { axisLabel, axisLine, colour, indexOf, splitLine, still, tooltip } from './look';

export type Counted = { name: string; tick: string; n: number };

export function countsOption(rows: readonly Counted[], kind: 'bar' | 'line', what: string) {
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
      formatter: (at: unknown) => {
        const row = rows[indexOf(at)];
        return row ? `<strong>${row.name}</strong><br>${countText(row.n)} ${what}` : '';
      },
    },
    xAxis: {
      type: 'category',
      boundaryGap: kind === 'bar',
      data: rows.map(({ name }) => name),
      axisLine,
      axisTick: { show: false },
      axisLabel: {
        ...axisLabel,
        hideOverlap: true,
        formatter: (_name: string, i: number) => rows[i]?.tick ?? '',
      },
    },
    yAxis: { type: 'value', min: 0, minInterval: 1, splitNumber: 3, axisLabel, splitLine },
    series: [
      kind === 'bar'
        ? {
            type: 'bar',
            data: rows.map(({ n }) => n),
            barCategoryGap: '30%',
            itemStyle: { color: colour.accent },
            emphasis: { disabled: true },
          }
        : {
            type: 'line',
            data: rows.map(({ n }) => n),
            symbol: 'none',
            silent: true,
            lineStyle: { color: colour.accent, width: 1.75 },
            areaStyle: { color: 'var(--accent-soft)', opacity: 1 },
            emphasis: { disabled: true },
          },
    ],
  };
}
