import { describe, expect, test } from 'vitest';
import type { Figures, Stage, TimeReason } from '../../api/streams';
import { largestWaits, waitingOf, wayOf } from './way';

const of = (mean: number | null) => ({ mean }) as Figures;
const stage = (name: string, share: number | null, lead: number | null, waiting: number | null) =>
  ({ stage: name, title: name, share, lead: of(lead), waiting: of(waiting) }) as Stage;
const reason = (name: string, total: number, kind: TimeReason['class'] = 'waiting') =>
  ({ reason: name, class: kind, total }) as TimeReason;

describe('the way from the idea to production', () => {
  test('each stage is its wait and its work, and all of them are the whole', () => {
    const stages = [
      stage('backlog', 0.5, 100, 100),
      stage('development', 0.3, 60, 20),
      stage('test', 0.2, 40, 10),
    ];
    const parts = wayOf({ stages });
    expect(parts.map((part) => [part.stage, part.class])).toEqual([
      ['backlog', 'waiting'],
      ['development', 'waiting'],
      ['development', 'active'],
      ['test', 'waiting'],
      ['test', 'active'],
    ]);
    expect(parts.reduce((sum, part) => sum + part.share, 0)).toBeCloseTo(1, 12);
    // 0.5 + 0.3 × 20/60 + 0.2 × 10/40
    expect(waitingOf(parts)).toBeCloseTo(0.65, 12);
  });

  test('a stage that no item was in has no part', () => {
    expect(wayOf({ stages: [stage('dba', null, null, null), stage('test', 0, 0, 0)] })).toEqual([]);
  });

  test('the largest waits are for somebody: neither work nor the backlog', () => {
    const reasons = [
      reason('backlog', 900),
      reason('review', 30),
      reason('working', 500, 'active'),
      reason('dba', 80),
      reason('test', 60),
      reason('approval', 20),
      reason('blocked', 0),
    ];
    expect(largestWaits(reasons, 3).map((one) => one.reason)).toEqual(['dba', 'test', 'review']);
  });
});
