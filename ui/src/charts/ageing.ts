/** Each open item as a dot in its stage, as high as it is old, against how long the finished ones took. */

import type { AgeingItem, Percentiles } from '../api/flow';
import { durationText } from '../words/durations';
import { groupText } from '../words/groups';
import { escaped } from './escaped';
import { axisLabel, axisLine, colour, still, tooltip } from './look';
import { ceiling, durationAxis, markLine } from './percentiles';

export type Aged = {
  value: [number, number];
  item: AgeingItem;
  symbol: 'circle' | 'triangle' | 'diamond';
  itemStyle: { color: string; opacity: number };
};

export const isLate = ({ age }: AgeingItem, { p85 }: Percentiles) => p85 !== null && age > p85;

/** Items of one stage stand side by side, always in the same places; late ones have another form and not only a colour. */
export function agedOf(
  items: readonly AgeingItem[],
  stages: readonly string[],
  percentiles: Percentiles,
  top: number,
): Aged[] {
  const seen = new Map<string, number>();
  return items.map((item) => {
    const i = seen.get(item.stage) ?? 0;
    seen.set(item.stage, i + 1);
    const beside = (((i % 9) * 4) % 9) - 4; // −4 … 4: neighbours in age stand apart
    const late = isLate(item, percentiles);
    return {
      value: [stages.indexOf(item.stage) + beside * 0.08, Math.min(item.age, top)],
      item,
      symbol: item.age > top ? 'triangle' : late ? 'diamond' : 'circle',
      itemStyle: { color: late ? colour.late : colour.soft, opacity: 0.8 },
    };
  });
}

type Stage = { stage: string; title: string };

export function ageingOption(
  items: readonly AgeingItem[],
  stages: readonly Stage[],
  percentiles: Percentiles,
) {
  const ids = stages.map(({ stage }) => stage);
  const axis = durationAxis(
    ceiling(
      items.map(({ age }) => age),
      percentiles,
    ),
  );
  return {
    ...still,
    grid: { left: 48, right: 12, top: 12, bottom: stages.length > 6 ? 64 : 24 },
    tooltip: {
      ...tooltip,
      trigger: 'item',
      formatter: ({ data }: { data?: Aged }) => (data?.item ? text(data.item) : ''),
    },
    xAxis: [
      {
        type: 'category',
        data: stages.map(({ title }) => title),
        axisLine: { ...axisLine, onZero: false },
        axisTick: { show: false },
        axisLabel: { ...axisLabel, interval: 0, rotate: stages.length > 6 ? 30 : 0 },
      },
      // The dots stand beside each other within a stage, which an axis of names has no places for.
      { type: 'value', show: false, min: -0.5, max: Math.max(0.5, stages.length - 0.5) },
    ],
    yAxis: axis,
    series: [
      {
        type: 'scatter',
        xAxisIndex: 1,
        symbolSize: 9,
        data: agedOf(items, ids, percentiles, axis.max),
        emphasis: { disabled: true },
        markLine: markLine(percentiles),
      },
    ],
  };
}

function text({ item, title, age, owner }: AgeingItem): string {
  return `<strong>${escaped(item)}</strong> ${escaped(title)}<br>under way for ${durationText(age)}, now with ${escaped(groupText(owner))}`;
}
