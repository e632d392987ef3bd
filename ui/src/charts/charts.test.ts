import { describe, expect, it } from 'vitest';
import type { Asked, Bin, Metric, Row } from '../api/model';
import { radius, swarm } from './dots';
import { edge, labelled, placeOf, trimmed } from './histogram';
import { extremes, heightOf, path, runs } from './lines';
import { bucketsOf, panelsOf, panelsOption } from './panels';

const frame = { width: 100, height: 50, top: 0, bottom: 0 };

describe('lines', () => {
  it('leave a gap where there is no data', () => {
    const got = runs([1, 2, null, null, 2, null], 2, frame);
    expect(got.map((run) => run.length)).toEqual([2, 1]);
    expect(got[0]?.[1]).toEqual({ x: 25, y: 0 });
  });

  it('begin their scale at zero', () => {
    expect([heightOf(0, 10, frame), heightOf(10, 10, frame), heightOf(0, 0, frame)]).toEqual([50, 0, 50]);
  });

  it('are paths', () => {
    expect(path([{ x: 0, y: 1.234 }, { x: 2, y: 3 }])).toBe('M0 1.2L2 3'); // prettier-ignore
  });

  it('know their lowest and highest', () => {
    expect(extremes([null, 3, 1, null, 7])).toEqual({ low: 2, high: 4 });
    expect(extremes([null])).toBeNull();
  });
});

describe('histogram', () => {
  const bins: Bin[] = [
    { from: 0, to: 10, n: 0 },
    { from: 10, to: 20, n: 3 },
    { from: 20, to: 40, n: 0 },
    { from: 40, to: 80, n: 1 },
    { from: 80, to: null, n: 0 },
  ];

  it('keeps one empty bin at either end, and the empty middle', () => {
    expect(trimmed(bins).map(({ from }) => from)).toEqual([0, 10, 20, 40, 80]);
    expect(trimmed([...bins, { from: 160, to: null, n: 0 }]).at(-1)?.from).toBe(80);
    expect(trimmed([{ from: 0, to: null, n: 0 }])).toEqual([]);
  });

  it('places values within their bins', () => {
    const shown = bins.slice(1, 4);
    expect([10, 15, 30, 60].map((value) => placeOf(value, shown))).toEqual([0, 0.5, 1.5, 2.5]);
    expect(placeOf(5, shown)).toBeNull();
    expect(placeOf(1000, bins)).toBe(4.5);
  });

  it('labels edges that exist', () => {
    const shown = bins.slice(1, 4);
    expect(labelled(shown, 6).map((i) => edge(shown, i))).toEqual([10, 20, 40, 80]);
    expect(labelled(bins, 10).at(-1)).toBe(4);
    expect(labelled(bins, 2)).toEqual([0, 3]);
  });
});

describe('dots', () => {
  it('do not hide each other while there is room', () => {
    const dots = Array.from({ length: 9 }, () => ({ x: 10, r: 2 }));
    const offsets = swarm(dots, 20);
    expect(new Set(offsets).size).toBe(9);
    for (const a of offsets) {
      for (const b of offsets) expect(a === b || Math.abs(a - b) >= 4).toBe(true);
      expect(Math.abs(a)).toBeLessThanOrEqual(18);
    }
  });

  it('have areas in proportion to their items', () => {
    expect(radius(100, 100, 6)).toBe(6);
    expect(radius(25, 100, 6)).toBe(3);
    expect(radius(0, 0, 6)).toBe(1.6);
  });
});

describe('panels', () => {
  const metric = (id: string, shape: Metric['shape']): Metric => ({
    id,
    title: id,
    definition: '',
    shape,
    unit: 'seconds',
    direction: 'lower',
    chart: shape === 'rate' ? 'bar' : 'line',
    staged: false,
    classed: false,
    dimensions: [],
    benchmarks: [],
  });
  const key = (id: string, shape: Metric['shape'], rows: Row[]) => {
    const trend: Asked = {
      ask: '',
      by: 'none',
      every: 'week',
      metric: id,
      unit: 'seconds',
      from: '2026-03-02T00:00:00Z',
      to: '2026-03-16T00:00:00Z',
      rows,
      left_out: [],
      notes: [],
    };
    return { metric: metric(id, shape), headline: undefined, trend, services: undefined };
  };
  const weeks = ['2026-03-02T00:00:00Z', '2026-03-09T00:00:00Z'];
  const panels = panelsOf([
    key('deployment_frequency', 'rate', [
      { bucket: weeks[0] ?? '', n: 2, value: 0.3 },
      { bucket: weeks[1] ?? '', n: 0, value: 0 },
    ]),
    key('lead_time', 'duration', [
      { bucket: weeks[0] ?? '', n: 2, p50: 100, p85: 150 },
      { bucket: weeks[1] ?? '', n: 0, p50: null, p85: null },
    ]),
  ]);

  it('have speed above stability, on the same buckets', () => {
    expect(panels.map(({ key: { metric: { id } } }) => id)).toEqual(['lead_time', 'deployment_frequency']); // prettier-ignore
    expect(bucketsOf(panels)).toEqual(weeks);
  });

  it('draw zero for a count of nothing, and nothing for an unknown duration', () => {
    const series = panelsOption(panels, 'week', 'UTC').series as { type: string; data: unknown[] }[];
    expect(series.map(({ type, data }) => [type, data])).toEqual([
      ['line', [100, null]],
      ['line', [50, null]],
      ['line', [100, null]],
      ['bar', [2, 0]],
    ]);
  });
});
