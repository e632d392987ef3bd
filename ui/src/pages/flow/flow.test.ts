import { describe, expect, it } from 'vitest';
import type { AgeingItem, ScatterPoint } from '../../api/flow';
import { agedOf, isLate } from '../../charts/ageing';
import { bandsOf } from '../../charts/cumulative';
import { dayTicks } from '../../charts/days';
import { ceiling, durationAxis, markLine } from '../../charts/percentiles';
import { dayStep, dotsOf } from '../../charts/scatter';
import { streamAddress, streamCommand } from '../../words/streamcommand';
import { bucketWindow, closedItems, itemsOpened, openItems, readFlow } from './reading';
import { stagesOf } from './stages';

const day = 86_400; // seconds
const percentiles = { p50: 5 * day, p85: 10 * day, p95: 20 * day };

describe('cumulative flow', () => {
  const stages = [
    { stage: 'backlog', title: 'Backlog', n: [3, 4] },
    { stage: 'development', title: 'Development', n: [1, 2] },
    { stage: 'dba', title: 'DBA', n: [0, 0] },
    { stage: 'done', title: 'Done', n: [0, 5] },
  ];

  it('has what is done at the bottom, and no band where nothing ever was', () => {
    const bands = bandsOf({ days: ['2026-03-01', '2026-03-02'], stages }, false);
    expect(bands.map(({ title, then, now }) => [title, then, now])).toEqual([
      ['Done', 0, 5],
      ['Development', 1, 2],
      ['Backlog', 3, 4],
    ]);
    expect(new Set(bands.map(({ colour }) => colour)).size).toBe(3);
  });

  it('can show only what is under way', () => {
    expect(bandsOf({ days: [], stages }, true).map(({ stage }) => stage)).toEqual(['development']);
  });

  it('writes the year where it begins', () => {
    expect(dayTicks(['2025-12-31', '2026-01-01', '2026-01-02'])).toEqual([
      '31 Dec 2025',
      '1 Jan 2026',
      '2 Jan',
    ]);
  });
});

describe('ageing work', () => {
  const item = (key: string, stage: string, age: number): AgeingItem => ({
    item: key,
    title: '',
    url: null,
    team: null,
    stage,
    owner: null,
    age,
    in_stage: age,
    kind: 'ticket',
  });
  const items = [item('A', 'test', 30 * day), item('B', 'review', 11 * day), item('C', 'test', 10 * day)];

  it('is late beyond the age within which 85 % were done, and not at it', () => {
    expect(items.map((one) => isLate(one, percentiles))).toEqual([true, true, false]);
    expect(isLate(item('A', 'test', 30 * day), { p50: null, p85: null, p95: null })).toBe(false);
  });

  it('shows lateness by form and not by colour alone, and the oldest on the upper edge', () => {
    const dots = agedOf(items, ['review', 'test'], percentiles, 25 * day);
    expect(dots.map(({ symbol }) => symbol)).toEqual(['triangle', 'diamond', 'circle']);
    expect(dots.map(({ value: [, y] }) => y / day)).toEqual([25, 11, 10]);
    expect(dots.map(({ value: [x] }) => Math.abs(Math.round(x)))).toEqual([1, 0, 1]);
    expect(dots[0]?.value[0]).not.toBe(dots[2]?.value[0]);
  });

  it('has the stages in the order of the work, and those that the stream does not name at the end', () => {
    const cumulative = {
      days: [],
      stages: [
        { stage: 'test', title: 'Test', n: [] },
        { stage: 'review', title: 'Review', n: [] },
      ],
    };
    expect(stagesOf(cumulative, [...items, item('D', 'elsewhere', 1)])).toEqual([
      { stage: 'test', title: 'Test' },
      { stage: 'review', title: 'Review' },
      { stage: 'elsewhere', title: 'elsewhere' },
    ]);
  });
});

describe('the scatter', () => {
  const point = (end: string, value: number): ScatterPoint => ({
    item: end,
    title: '',
    url: null,
    end,
    value,
  });

  it('places items by their day, and the few that took very long on the upper edge', () => {
    const window = { from: '2026-03-01T00:00:00Z', to: '2026-03-31T00:00:00Z' };
    const dots = dotsOf([point('2026-03-02T12:00:00Z', 3), point('2026-03-31T00:00:00Z', 9)], window, 5);
    expect(dots.map(({ value, symbol }) => [...value, symbol])).toEqual([
      [1.5, 3, 'circle'],
      [30, 5, 'triangle'],
    ]);
  });

  it('is as high as its values, but not because of a few', () => {
    expect(ceiling([day, 15 * day], percentiles)).toBe(20 * day * 1.08);
    expect(ceiling([day, 400 * day], percentiles)).toBe(20 * day * 1.9);
    expect(ceiling([3], { p50: null, p85: null, p95: null })).toBe(3);
    expect(durationAxis(33 * day)).toMatchObject({ interval: 7 * day, max: 35 * day });
    expect(durationAxis(0).max).toBeGreaterThan(0);
  });

  it('draws no line for a percentile that nobody knows', () => {
    expect(markLine(percentiles).data).toHaveLength(3);
    expect(markLine({ p50: null, p85: null, p95: null }).data).toHaveLength(0);
  });

  it('has room between its dates', () => {
    expect([dayStep(5, 6), dayStep(30, 6), dayStep(90, 6), dayStep(365, 6)]).toEqual([1, 7, 28, 91]);
  });
});

describe('the address', () => {
  const now = new Date('2026-03-02T10:00:00Z');

  it('has usual values', () => {
    expect(readFlow({}, now)).toMatchObject({ every: 'week', items: null, by: '2026-03-30' });
    expect(readFlow({ from: '365d' }, now).every).toBe('month');
  });

  it.each([
    [{ items: '0' }, '“items=0”'],
    [{ items: 'many' }, '“items=many”'],
    [{ by: 'soon' }, '“by=soon”'],
    [{ every: 'quarter' }, '“every=quarter”'],
  ])('says what is wrong with %o, and goes on', (search, named) => {
    const read = readFlow(search, now);
    expect(read.filters.problems).toHaveLength(1);
    expect(read.filters.problems[0]).toContain(named);
    expect(read).toMatchObject({ every: 'week', items: null, by: '2026-03-30' });
  });

  it('opens and closes the items behind a figure', () => {
    const open = itemsOpened({ team: ['a'], stage: 'old' }, { kind: 'open', stage: 'review' });
    expect(open).toEqual({ team: ['a'], open: 'items', tab: 'open', stage: 'review' });
    expect(openItems(open)).toMatchObject({ kind: 'open', stage: 'review' });
    expect(closedItems(open)).toEqual({ team: ['a'] });
    expect(openItems({ stage: 'review' })).toBeNull();
  });

  it('cuts a bucket by the window', () => {
    const buckets = ['2026-03-02T00:00:00+01:00', '2026-03-09T00:00:00+01:00'];
    const window = { from: '2026-03-04T00:00:00Z', to: '2026-03-12T00:00:00Z' };
    expect(bucketWindow('2026-03-01T23:00:00Z', buckets, window)).toEqual({
      from: window.from,
      to: buckets[1],
    });
    expect(bucketWindow(buckets[1] ?? '', buckets, window)).toEqual({ from: buckets[1], to: window.to });
    expect(bucketWindow('2026-03-03T00:00:00Z', buckets, window)).toBeNull();
  });

  it('is the same on the command line and as JSON', () => {
    const query = { from: '90d', team: ['a b', 'c'], from_group: 'x', open: undefined };
    expect(streamCommand('handoffs', query)).toBe(
      "weir handoffs --from 90d --team 'a b' --team c --from-group x",
    );
    expect(streamAddress('handoffs', query)).toBe('/api/v1/handoffs?from=90d&team=a+b&team=c&from_group=x');
  });
});
