/** Waits between groups as bands from those who hand over, on the left, to those who are waited for, on the right. */

import type { Pair } from '../api/handoffs';
import { durationText } from '../words/durations';
import { groupText } from '../words/groups';
import { counted } from '../words/numbers';
import { escaped } from './escaped';
import { groupColour } from './groups';

export type Bands = { bands: Pair[]; left: Pair[] };

const atMost = 24;

/** The pairs that are thick enough to be seen: up to 24 of them, which make up nearly all of the wait. */
export function bandsOf(pairs: readonly Pair[]): Bands {
  const waited = pairs.filter(({ total }) => total > 0).sort((a, b) => b.total - a.total);
  const whole = waited.reduce((sum, { total }) => sum + total, 0);
  const bands = waited.slice(0, atMost).filter(({ total }) => total >= 0.004 * whole);
  return { bands, left: pairs.filter((pair) => !bands.includes(pair)) };
}

const from = (group: string) => `from ${group}`;
const to = (group: string) => `to ${group}`;

export function sankeyHeight({ bands }: Bands): number {
  const side = (of: (pair: Pair) => string) => new Set(bands.map(of)).size;
  return (
    60 +
    34 *
      Math.max(
        4,
        side(({ from: group }) => group),
        side(({ to: group }) => group),
      )
  );
}

/** A group stands on both sides, since work goes there and back, and bands that go round could not be drawn. */
export function sankeyOption({ bands }: Bands) {
  const groups = bands.flatMap((pair) => [pair.from, pair.to]);
  const node = (name: string, group: string, depth: number) => ({
    name,
    depth,
    itemStyle: { color: groupColour(group, groups), borderWidth: 0 },
    label: {
      position: depth === 0 ? 'right' : 'left',
      formatter: groupText(group),
      color: 'var(--ink)',
      fontSize: 12,
      textBorderColor: 'var(--paper)',
      textBorderWidth: 3,
    },
  });
  const of = (pair: Pair) => [node(from(pair.from), pair.from, 0), node(to(pair.to), pair.to, 1)];
  const nodes = new Map(bands.flatMap(of).map((one) => [one.name, one]));
  return {
    animation: false,
    textStyle: { fontFamily: 'inherit' },
    tooltip: {
      trigger: 'item',
      confine: true,
      backgroundColor: 'var(--paper)',
      borderColor: 'var(--hair)',
      textStyle: { color: 'var(--ink)', fontSize: 12 },
      formatter: ({ dataType, data }: { dataType?: string; data: { pair?: Pair } }) =>
        dataType === 'edge' && data.pair ? bandText(data.pair) : '',
    },
    series: [
      {
        type: 'sankey',
        left: 0,
        right: 0,
        top: 22,
        bottom: 6,
        nodeWidth: 10,
        nodeGap: 12,
        draggable: false,
        layoutIterations: 24,
        emphasis: { disabled: true },
        data: [...nodes.values()],
        links: bands.map((pair) => ({
          source: from(pair.from),
          target: to(pair.to),
          value: pair.total,
          pair,
          lineStyle: { color: groupColour(pair.from, groups), opacity: 0.38, curveness: 0.5 },
        })),
      },
    ],
  };
}

function bandText(pair: Pair): string {
  return `<strong>${escaped(groupText(pair.from))} → ${escaped(groupText(pair.to))}</strong><br>${durationText(pair.total)} in all, ${counted(pair.n, 'handoff')}`;
}
