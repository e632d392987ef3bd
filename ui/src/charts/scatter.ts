/** Each finished item as a dot: when it was done, and how long it took. */

import type { Percentiles, ScatterPoint } from '../api/flow';
import { dateText, tickText } from '../words/dates';
import { durationText } from '../words/durations';
import { escaped } from './escaped';
import { axisLabel, axisLine, colour, still, tooltip } from './look';
import { ceiling, durationAxis, markLine } from './percentiles';

const day = 86_400_000; // ms

export type Window = { from: string; to: string };

export type Dot = { value: [number, number]; point: ScatterPoint; symbol: 'circle' | 'triangle' };

/** The place of each point in days since the window's start; those above the ceiling stand on it, as triangles. */
export function dotsOf(points: readonly ScatterPoint[], { from }: Window, top: number): Dot[] {
  return points.map((point) => ({
    value: [(Date.parse(point.end) - Date.parse(from)) / day, Math.min(point.value, top)],
    point,
    symbol: point.value > top ? 'triangle' : 'circle',
  }));
}

export const scatterTop = (points: readonly ScatterPoint[], percentiles: Percentiles) =>
  ceiling(
    points.map(({ value }) => value),
    percentiles,
  );

/** So many days between two labels that they do not touch. */
export function dayStep(days: number, labels: number): number {
  const steps = [1, 2, 7, 14, 28, 56, 91, 182, 364];
  return steps.find((step) => days / step <= labels) ?? Math.ceil(days / labels);
}

export function scatterOption(
  points: readonly ScatterPoint[],
  percentiles: Percentiles,
  window: Window,
  zone: string,
) {
  const days = (Date.parse(window.to) - Date.parse(window.from)) / day;
  const top = scatterTop(points, percentiles);
  const axis = durationAxis(top);
  return {
    ...still,
    grid: { left: 48, right: 12, top: 12, bottom: 24 },
    tooltip: {
      ...tooltip,
      trigger: 'item',
      formatter: ({ data }: { data?: Dot }) => (data?.point ? text(data.point, zone) : ''),
    },
    xAxis: {
      type: 'value',
      min: 0,
      max: days,
      interval: dayStep(days, 6),
      axisLine: { show: true, ...axisLine },
      axisTick: { show: false },
      splitLine: { show: false },
      axisLabel: {
        ...axisLabel,
        hideOverlap: true,
        showMaxLabel: false,
        formatter: (at: number) =>
          tickText(new Date(Date.parse(window.from) + at * day).toISOString(), 'day', zone, at === 0),
      },
    },
    yAxis: axis,
    series: [
      {
        type: 'scatter',
        symbolSize: points.length > 400 ? 5 : 7,
        data: dotsOf(points, window, axis.max),
        itemStyle: { color: colour.soft, opacity: 0.7 },
        emphasis: { disabled: true },
        markLine: markLine(percentiles),
      },
    ],
  };
}

function text({ item, title, end, value }: ScatterPoint, zone: string): string {
  return `<strong>${escaped(item)}</strong> ${escaped(title)}<br>took ${durationText(value)}, done ${dateText(end, zone)}`;
}
