import { describe, expect, it } from 'vitest';
import type { TimelineInterval } from '../../api/timeline';
import { lanesOf, spentOf, ticksOf } from './lanes';

const hour = 3600;
const now = Date.parse('2026-03-02T12:00:00Z');

let n = 0;
const interval = (
  owner: string | null,
  start: string,
  end: string | null,
  more: Partial<TimelineInterval> = {},
): TimelineInterval => ({
  n: (n += 1),
  stage: 'development',
  title: 'Development',
  class: 'active',
  reason: 'working',
  owner,
  start: `2026-03-02T${start}:00Z`,
  end: end === null ? null : `2026-03-02T${end}:00Z`,
  seconds:
    (Date.parse(end === null ? '2026-03-02T12:00:00Z' : `2026-03-02T${end}:00Z`) -
      Date.parse(`2026-03-02T${start}:00Z`)) /
    1000,
  rule: 'status',
  record: 'ticket',
  record_id: 'PAY-1',
  url: null,
  ...more,
});

// Four hours: a works 1 h, b is waited for 2 h, a works 30 min, nobody known has it for 30 min and still does.
const intervals = [
  interval('a', '08:00', '09:00'),
  interval('b', '09:00', '11:00', { class: 'waiting', reason: 'review' }),
  interval('a', '11:00', '11:30'),
  interval(null, '11:30', null, { class: 'waiting', reason: 'review' }),
];
const handoffs = [
  {
    at: '2026-03-02T09:00:00Z',
    from: 'a',
    to: 'b',
    reason: 'review',
    wait: 7200,
    received_at: null,
    return: false,
  },
  {
    at: '2026-03-02T11:00:00Z',
    from: 'b',
    to: 'a',
    reason: 'rework',
    wait: 0,
    received_at: null,
    return: true,
  },
];

describe('the bar of an item', () => {
  it('has a lane for each owner in the order of their coming, and no gap', () => {
    const { owners, blocks } = lanesOf({ intervals, handoffs }, 'time', now);
    expect(owners).toEqual(['a', 'b', '']);
    expect(blocks.map(({ lane, left, width }) => [lane, left, width])).toEqual([
      [0, 0, 25],
      [1, 25, 50],
      [0, 75, 12.5],
      [2, 87.5, 12.5],
    ]);
  });

  it('shows each change of owner as a step, and which of them went back', () => {
    const { steps } = lanesOf({ intervals, handoffs }, 'time', now);
    expect(steps.map(({ from, to, back }) => [from, to, back])).toEqual([
      [0, 1, false],
      [1, 0, true],
      [0, 2, false],
    ]);
  });

  it('can give each step the same room', () => {
    const { blocks } = lanesOf({ intervals, handoffs }, 'steps', now);
    expect(blocks.map(({ left, width }) => [left, width])).toEqual([
      [0, 25],
      [25, 25],
      [50, 25],
      [75, 25],
    ]);
  });

  it('is empty where nothing is known', () => {
    expect(lanesOf({ intervals: [], handoffs: [] }, 'time', now)).toEqual({
      owners: [],
      blocks: [],
      steps: [],
    });
  });

  it('has dates that do not touch its end', () => {
    const start = Date.parse('2026-03-02T00:00:00Z');
    const ticks = ticksOf(start, start + 4 * 24 * hour * 1000, 7);
    expect(ticks.map(({ left }) => left)).toEqual([0, 25, 50, 75]);
    expect(ticksOf(start, start, 7)).toEqual([]);
  });
});

describe('where the time of an item went', () => {
  it('adds up what it waited for, up to now', () => {
    expect(spentOf(intervals)).toEqual([
      { reason: 'review', class: 'waiting', seconds: 2.5 * hour, n: 2 },
      { reason: 'working', class: 'active', seconds: 1.5 * hour, n: 2 },
    ]);
  });

  it('counts nothing where no calendar says how long it was', () => {
    expect(spentOf([interval('a', '08:00', '12:00', { seconds: null })])).toEqual([]);
  });
});
