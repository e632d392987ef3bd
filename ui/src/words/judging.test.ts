import { describe, expect, it } from 'vitest';
import type { Metric, Row } from '../api/model';
import { standing } from './benchmarks';
import { changeOf, newcombe } from './change';
import { stagesOf, waitingShare } from './stageparts';

const metric = (shape: Metric['shape'], more: Partial<Metric> = {}): Metric => ({
  id: 'm',
  title: 'M',
  definition: '',
  shape,
  unit: shape === 'duration' ? 'seconds' : shape === 'ratio' ? 'ratio' : 'per day',
  direction: 'lower',
  chart: 'line',
  staged: false,
  classed: false,
  dimensions: [],
  benchmarks: [],
  ...more,
});

describe('change', () => {
  const row = (p50: number, n = 10_000): Row => ({ n, p50, p75: p50 * 1.5 });

  it.each([
    ['shorter is better where lower is', 'lower', 100, 200, 'better', '▼', -0.5],
    ['longer is worse where lower is better', 'lower', 300, 200, 'worse', '▲', 0.5],
    ['more is better where higher is', 'higher', 300, 200, 'better', '▲', 0.5],
    ['the same is unchanged', 'lower', 200, 200, 'unchanged', '=', 0],
  ] as const)('%s', (_, direction, now, before, verdict, arrow, relative) => {
    const got = changeOf(metric('duration', { direction }), row(now), row(before));
    expect(got).toMatchObject({ absolute: now - before, verdict, arrow, relative });
  });

  it('is nothing where either window has no data', () => {
    const empty: Row = { n: 0, p50: null };
    expect(changeOf(metric('duration'), row(1), empty)).toBeNull();
    expect(changeOf(metric('duration'), empty, row(1))).toBeNull();
    expect(changeOf(metric('duration'), row(1), undefined)).toBeNull();
  });

  it('has no relative size against zero', () => {
    const got = changeOf(
      metric('ratio'),
      { value: 0.1, low: 0.05, high: 0.2 },
      { value: 0, low: 0, high: 0.1 },
    );
    expect(got?.relative).toBeNull();
  });

  it('doubts what few items say, and not what many do', () => {
    const few = changeOf(metric('duration'), row(100, 9), row(120, 9));
    expect(few).toMatchObject({ absolute: -20, arrow: '≈', verdict: 'unclear' });
    expect(changeOf(metric('duration'), row(100, 9000), row(120, 9000))?.verdict).toBe('better');
    const perDay = (n: number): Row => ({ n, days: 10, value: n / 10 });
    expect(changeOf(metric('rate'), perDay(20), perDay(25))?.verdict).toBe('unclear');
    expect(changeOf(metric('rate'), perDay(200), perDay(300))?.verdict).toBe('better');
    const share = (value: number, low: number, high: number): Row => ({ value, low, high });
    expect(changeOf(metric('ratio'), share(0.1, 0.05, 0.19), share(0.12, 0.06, 0.21))?.verdict).toBe(
      'unclear',
    );
    expect(changeOf(metric('ratio'), share(0.1, 0.09, 0.11), share(0.2, 0.19, 0.21))?.verdict).toBe('better');
  });

  it('keeps equal what is equal, however few the items', () => {
    expect(changeOf(metric('duration'), row(5, 1), row(5, 1))).toMatchObject({
      verdict: 'unchanged',
      arrow: '=',
    });
  });

  it('has Newcombe’s interval of a difference', () => {
    // 56/70 against 48/80, from Newcombe's paper of 1998, method 10: 0.0524 to 0.3339.
    const got = newcombe(
      { value: 0.8, low: 0.6918, high: 0.8769 },
      { value: 0.6, low: 0.4904, high: 0.7003 },
    );
    expect(got.low).toBeCloseTo(0.0524, 2);
    expect(got.high).toBeCloseTo(0.3339, 2);
  });
});

describe('benchmarks', () => {
  const levels = (...edges: [string, number | null, number | null][]) =>
    edges.map(([level, from, to]) => ({ level: level as 'elite', text: level, from, to }));
  const of = (statistic: 'median' | 'value', found: ReturnType<typeof levels>) =>
    metric(statistic === 'median' ? 'duration' : 'ratio', {
      benchmarks: [{ edition: 2024, source: 's', url: 'u', statistic, levels: found }],
    });
  const matched = (m: Metric, row: Row) => {
    const got = standing(m, 2024, row);
    return got.kind === 'levels' ? got.matches.map(({ level }) => level) : null;
  };

  it('marks every level that a figure falls into', () => {
    const m = of(
      'median',
      levels(['elite', null, 10], ['high', 10, 50], ['medium', 10, 50], ['low', 100, 200]),
    );
    expect(matched(m, { p50: 5 })).toEqual(['elite']);
    expect(matched(m, { p50: 20 })).toEqual(['high', 'medium']);
  });

  it('claims no level between the bands, for single values, or without data', () => {
    const bands = of('median', levels(['elite', null, 10], ['low', 100, 200]));
    expect(standing(bands, 2024, { p50: 50 })).toMatchObject({
      matches: [],
      said: 'In none of the published ranges.',
    });
    const points = of('value', levels(['elite', 0.05, 0.05], ['high', 0.2, 0.2]));
    expect(standing(points, 2024, { value: 0.05 })).toMatchObject({
      matches: [],
      said: 'Published as single values, not ranges, so no level is marked.',
    });
    expect(standing(bands, 2024, { p50: null })).toMatchObject({ matches: [], said: null });
  });

  it('says so where an edition has nothing', () => {
    expect(standing(metric('ratio'), 2021, { value: 1 })).toEqual({
      kind: 'none',
      said: 'none published in 2021',
    });
  });
});

describe('the parts of the mean', () => {
  const level = { p50: 1, p75: 1, p85: 1, p90: 1, p95: 1, mean: 1 };
  const row: Row = {
    n: 4,
    mean: 1000,
    stages: [
      { stage: 'coding', n: 4, share: 0.25, ...level },
      { stage: 'pickup', n: 3, share: 0.5, ...level },
      { stage: 'build', ...level, n: 0, share: null },
      { stage: 'deploy_wait', n: 4, share: 0.25, ...level },
    ],
  };

  it('have nothing to say of a stage that no change went through', () => {
    expect(stagesOf(row)[2]).toMatchObject({ share: null, part: null, from: 0.75 });
  });

  it('add up to it, one beginning where the other ends', () => {
    const parts = stagesOf(row);
    expect(parts.reduce((sum, { part }) => sum + (part ?? 0), 0)).toBeCloseTo(1000, 9);
    expect(parts.map(({ from }) => from)).toEqual([0, 0.25, 0.75, 0.75]);
  });

  it('tells the waiting from the work', () => {
    expect(waitingShare(stagesOf(row))).toBeCloseTo(0.75, 12);
  });

  it('are none where nothing was delivered', () => {
    expect(stagesOf({ n: 0, mean: null, stages: [] })).toEqual([]);
    expect(stagesOf(undefined)).toEqual([]);
  });
});
