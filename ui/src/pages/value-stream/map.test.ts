import { describe, expect, test } from 'vitest';
import type { Figures, Stage, ValueStream } from '../../api/streams';
import { mapOf, ownerOf, readFigure } from './map';

const none: Figures = { n: 0, p50: 0, p75: 0, p85: 0, p90: 0, p95: 0, mean: 0 };
const figures = (p50: number, mean: number): Figures => ({ ...none, n: 4, p50, p85: 2 * p50, mean });
const ratio = (numerator: number, denominator: number) => ({
  numerator,
  denominator,
  value: denominator === 0 ? null : numerator / denominator,
  low: null,
  high: null,
});

const stage = (name: string, more: Partial<Stage> = {}): Stage => ({
  stage: name,
  title: name,
  role: '',
  owner: null,
  owners: [],
  queue: false,
  side: false,
  n: 4,
  lead: figures(30, 40),
  process: figures(10, 12),
  waiting: figures(20, 28),
  share: 0.5,
  wip: 5,
  wip_then: 2,
  arrivals: 0,
  departures: 0,
  arrivals_per_day: null,
  departures_per_day: null,
  exits: 4,
  accuracy: ratio(3, 4),
  returns: [],
  ...more,
});

const told = (stages: Stage[], more: Partial<ValueStream> = {}): ValueStream => ({
  stream: 'delivery',
  from: '2026-03-01T00:00:00Z',
  to: '2026-04-01T00:00:00Z',
  clock: 'elapsed',
  items: {
    n: 4,
    open: 2,
    lead: figures(60, 80),
    process: figures(20, 24),
    waiting: figures(40, 56),
    activity_ratio: 0.3,
    rolled_accuracy: null,
    scrap: ratio(0, 0),
  },
  stages,
  reasons: [],
  constraint: { waiting: null, growing: null },
  left_out: [],
  notes: [],
  ...more,
});

describe('the map', () => {
  test('has the chosen figure of each stage, and the longest wait among them', () => {
    const stages = [stage('review'), stage('test', { waiting: figures(50, 51) })];
    expect(mapOf(told(stages), 'p50').stages.map(({ waiting }) => waiting)).toEqual([20, 50]);
    expect(mapOf(told(stages), 'p85').stages.map(({ waiting }) => waiting)).toEqual([40, 100]);
    const mean = mapOf(told(stages), 'mean');
    expect([mean.longest, mean.lead, mean.process]).toEqual([51, 80, 24]);
  });

  test('nothing is not zero: a stage that no item was in has no times', () => {
    const [empty] = mapOf(
      told([stage('dba', { n: 0, lead: none, process: none, waiting: none })]),
      'p50',
    ).stages;
    expect([empty?.lead, empty?.process, empty?.waiting]).toEqual([null, null, null]);
    expect(mapOf(told([]), 'p50')).toMatchObject({ accuracy: null, scrap: null, longest: 0 });
  });

  test('marks the constraint and where work grows, and by how much', () => {
    const stages = [stage('review'), stage('dba', { wip: 9, wip_then: 1 })];
    const model = mapOf(told(stages, { constraint: { waiting: 'review', growing: 'dba' } }), 'p50');
    expect(model.stages.map((one) => [one.constraint, one.growing, one.grown])).toEqual([
      [true, false, 3],
      [false, true, 8],
    ]);
  });

  test('a stage of many groups is nobody’s', () => {
    const of = (...shares: number[]) => ({
      owner: 'dba',
      owners: shares.map((share, i) => ({ owner: i === 0 ? 'dba' : `team ${i}`, share })),
    });
    expect([ownerOf(of(1)), ownerOf(of(0.6, 0.4)), ownerOf(of(0.4, 0.3, 0.3))]).toEqual([
      'dba',
      'dba',
      '3 groups',
    ]);
    expect(ownerOf({ owner: 'dba', owners: [] })).toBe('dba');
    expect(ownerOf({ owner: null, owners: [] })).toBeNull();
  });

  test('the figure of the address, and a sentence where it is none', () => {
    const problems: string[] = [];
    expect([undefined, 'p85', 'mean'].map((value) => readFigure(value, problems))).toEqual([
      'p50',
      'p85',
      'mean',
    ]);
    expect(problems).toEqual([]);
    expect(readFigure('p99', problems)).toBe('p50');
    expect(problems[0]).toContain('“figure=p99”');
  });
});
