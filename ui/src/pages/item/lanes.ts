/** One item's way as lanes: a row for each group that had it, its time from left to right. */

import type { Timeline, TimelineInterval } from '../../api/timeline';

export type Block = {
  interval: TimelineInterval;
  lane: number;
  left: number; // per cent of the bar's width
  width: number;
};

export type Step = {
  at: string; // the change of owner
  left: number;
  from: number; // lanes
  to: number;
  back: boolean; // to an earlier stage
};

export type Lanes = { owners: string[]; blocks: Block[]; steps: Step[] };

/** By time, or each interval as wide as the next: minutes of a build cannot be seen beside weeks in the backlog. */
export const scales = ['time', 'steps'] as const;
export type Scale = (typeof scales)[number];

const ms = (at: string) => Date.parse(at);

export function lanesOf(
  timeline: Pick<Timeline, 'intervals' | 'handoffs'>,
  scale: Scale,
  now: number,
): Lanes {
  const { intervals, handoffs } = timeline;
  const owners = [...new Set(intervals.map(({ owner }) => owner ?? ''))];
  const places = placesOf(intervals, scale, now);
  const blocks = intervals.map((interval, i) => ({
    interval,
    lane: owners.indexOf(interval.owner ?? ''),
    ...(places[i] ?? { left: 0, width: 0 }),
  }));
  return { owners, blocks, steps: stepsOf(blocks, handoffs) };
}

/** The elapsed time on the axis is the calendar's, also where durations are told in working hours. */
function placesOf(intervals: readonly TimelineInterval[], scale: Scale, now: number) {
  const first = intervals[0];
  const last = intervals.at(-1);
  if (first === undefined || last === undefined) return [];
  if (scale === 'steps') {
    const width = 100 / intervals.length;
    return intervals.map((_, i) => ({ left: i * width, width }));
  }
  const start = ms(first.start);
  const whole = Math.max(1, (last.end === null ? now : ms(last.end)) - start);
  return intervals.map((interval) => ({
    left: (100 * (ms(interval.start) - start)) / whole,
    width: (100 * Math.max(0, (interval.end === null ? now : ms(interval.end)) - ms(interval.start))) / whole,
  }));
}

function stepsOf(blocks: readonly Block[], handoffs: Timeline['handoffs']): Step[] {
  return blocks.flatMap((block, i) => {
    const before = blocks[i - 1];
    if (before === undefined || before.lane === block.lane) return [];
    const at = block.interval.start;
    const back = handoffs.some((one) => ms(one.at) === ms(at) && one.return);
    return [{ at, left: block.left, from: before.lane, to: block.lane, back }];
  });
}

export type Tick = { left: number; at: number };

const hour = 3_600_000;
const day = 24 * hour;

/** A few moments along the bar, at whole days or hours since its start. */
export function ticksOf(start: number, end: number, most: number): Tick[] {
  const whole = end - start;
  if (whole <= 0) return [];
  const steps = [
    hour,
    2 * hour,
    4 * hour,
    8 * hour,
    day,
    2 * day,
    7 * day,
    14 * day,
    28 * day,
    91 * day,
    364 * day,
  ];
  const step = steps.find((one) => whole / one <= most) ?? whole;
  return Array.from({ length: Math.floor(whole / step) + 1 }, (_, i) => ({
    at: start + i * step,
    left: (100 * i * step) / whole,
  })).filter(({ left }) => left <= 97);
}

/** How long each reason took in all, the longest first: the answer to "where did the time go" for one item. */
export type Spent = { reason: string; class: TimelineInterval['class']; seconds: number; n: number };

export function spentOf(intervals: readonly TimelineInterval[]): Spent[] {
  const found = new Map<string, Spent>();
  for (const { class: kind, reason, seconds } of intervals) {
    if (seconds === null) continue; // no calendar says it
    const key = `${kind} ${reason}`;
    const known = found.get(key) ?? { reason, class: kind, seconds: 0, n: 0 };
    found.set(key, { ...known, seconds: known.seconds + seconds, n: known.n + 1 });
  }
  return [...found.values()].sort((a, b) => b.seconds - a.seconds);
}
