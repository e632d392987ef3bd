import { describe, expect, it } from 'vitest';
import type { Answers, Asked, Catalogue, Item } from '../api/model';
import { readFilters } from '../filters/search';
import { closed, opened } from './state';
import { ratioWords, ruleWords } from '../words/rules';
import { rulesOf, secondsIn } from './items';
import { bucketWindow, listCommandOf, openingOf } from './opening';

const window = { from: '2026-03-04T12:00:00Z', to: '2026-03-18T00:00:00Z' };
const asked = (every: string, rows: Asked['rows']): Asked => ({
  ask: 'lead_time',
  by: 'none',
  every,
  metric: 'lead_time',
  unit: 'seconds',
  ...window,
  rows,
  left_out: [],
  notes: [],
});
const trend = asked('week', [
  { bucket: '2026-03-02T00:00:00Z', n: 1, p50: 1 },
  { bucket: '2026-03-09T00:00:00Z', n: 2, p50: 2 },
  { bucket: '2026-03-16T00:00:00Z', n: 3, p50: 3 },
]);
const answers: Answers = { ...window, received: 0, answers: [asked('range', [{ n: 6, p50: 2 }]), trend] };
const catalogue: Catalogue = {
  metrics: [
    {
      id: 'lead_time',
      title: 'Lead time',
      definition: '',
      shape: 'duration',
      unit: 'seconds',
      direction: 'lower',
      chart: 'line',
      staged: true,
      classed: false,
      dimensions: [],
      benchmarks: [],
    },
  ],
  no_benchmark: [],
};

describe('a bucket’s window', () => {
  it.each([
    ['2026-03-02T00:00:00Z', window.from, '2026-03-09T00:00:00Z'],
    ['2026-03-09T01:00:00+01:00', '2026-03-09T00:00:00Z', '2026-03-16T00:00:00Z'],
    ['2026-03-16T00:00:00Z', '2026-03-16T00:00:00Z', window.to],
  ])('of %s is cut by the page’s', (bucket, from, to) => {
    expect(bucketWindow(bucket, trend, window)).toEqual({ from, to });
  });

  it('is none for what is not a bucket', () => {
    expect(bucketWindow('2026-03-03T00:00:00Z', trend, window)).toBeNull();
    expect(bucketWindow('soon', trend, window)).toBeNull();
  });
});

describe('what the drawer opens', () => {
  it('is the whole window, or a bucket with its own figures', () => {
    const filters = readFilters({ team: ['a'] });
    const whole = openingOf({ open: 'lead_time' }, catalogue, answers, filters);
    expect(whole).toMatchObject({
      bucket: null,
      tab: 'items',
      row: { n: 6 },
      asking: { ...window, team: ['a'] },
    });
    const week = openingOf(
      { open: 'lead_time', bucket: '2026-03-09T00:00:00Z' },
      catalogue,
      answers,
      filters,
    );
    expect(week).toMatchObject({ row: { n: 2 }, asking: { from: '2026-03-09T00:00:00Z' } });
  });

  it('is the compared window too', () => {
    const compared = { from: '2026-02-18T12:00:00Z', to: window.from, known: true, notes: [] };
    const [whole, weeks] = answers.answers;
    const before = { ...asked('range', [{ n: 9, p50: 1 }]), ...compared };
    const all = { ...answers, compared, answers: [{ ...whole, previous: before }, weeks] } as Answers;
    const got = openingOf({ open: 'lead_time', period: 'previous' }, catalogue, all, readFilters({}));
    expect(got).toMatchObject({ row: { n: 9 }, asking: { from: compared.from, to: compared.to } });
  });

  it.each([
    [{ open: 'velocity' }, 'velocity'],
    [{ open: 'lead_time', bucket: '2020-01-01' }, 'bucket=2020-01-01'],
    [{ open: 'lead_time', tab: 'persons' }, 'tab=persons'],
    [{ open: 'lead_time', stage: 'lunch' }, 'stage=lunch'],
    [{ open: 'lead_time', period: 'next' }, 'period=next'],
    [{ open: 'lead_time', show: 'few' }, 'show=few'],
    [{ open: 'lead_time', period: 'previous' }, 'compares with none'],
  ])('is a sentence for %j', (search, named) => {
    expect(openingOf(search, catalogue, answers, readFilters({}))).toContain(named);
  });

  it('lists of a ratio what is in its numerator, unless the address says all', () => {
    const ratio = { ...catalogue.metrics[0], id: 'change_failure_rate', shape: 'ratio' };
    const ratios = { ...catalogue, metrics: [...catalogue.metrics, ratio] } as Catalogue;
    const at = (search: Parameters<typeof openingOf>[0]) => {
      const got = openingOf(search, ratios, answers, readFilters({}));
      if (typeof got === 'string') throw new Error(got);
      return { numerator: got.numerator, command: listCommandOf(got) };
    };
    const some = at({ open: 'change_failure_rate' });
    expect(some.numerator).toBe(true);
    expect(some.command).toMatch(/^weir items change_failure_rate .* --numerator$/);
    expect(at({ open: 'change_failure_rate', show: 'all' }).command).not.toContain('--numerator');
    expect(at({ open: 'change_failure_rate', tab: 'left-out' }).command).toMatch(/ --excluded$/);
    expect(at({ open: 'change_failure_rate', tab: 'groups' }).command).toBeNull();
    expect(at({ open: 'lead_time' }).numerator).toBe(false);
    ratio.classed = true; // each item is in the numerator of its own class
    expect(at({ open: 'change_failure_rate' }).command).not.toContain('--numerator');
  });

  it('closes without a trace', () => {
    const search = opened({ from: '30d' }, { metric: 'lead_time', tab: 'groups', bucket: 'b', stage: 's' });
    expect(search).toEqual({ from: '30d', open: 'lead_time', tab: 'groups', bucket: 'b', stage: 's' });
    expect(closed({ ...search, show: 'all' })).toEqual({ from: '30d' });
    expect(opened(search, { metric: 'rework_rate' })).toEqual({ from: '30d', open: 'rework_rate' });
  });
});

describe('items', () => {
  const item: Item = {
    id: 'a#1',
    kind: 'change',
    title: '',
    url: null,
    service: 's',
    start: null,
    end: null,
    stages: [
      { stage: 'deploy_wait', class: 'waiting', reason: '', owner: null, start: '2026-03-02T00:00:00Z', end: '2026-03-02T01:00:00Z' },
      { stage: 'approval', class: 'waiting', reason: '', owner: null, start: '2026-03-02T01:00:00Z', end: '2026-03-02T02:00:00Z' },
      { stage: 'deploy_wait', class: 'waiting', reason: '', owner: null, start: '2026-03-02T02:00:00Z', end: '2026-03-02T02:30:00Z' },
    ],
  }; // prettier-ignore

  it('add up a stage that they were in twice', () => {
    expect(secondsIn(item, 'deploy_wait')).toBe(5400);
    expect(secondsIn(item, 'review')).toBeNull();
  });

  it('say how a ratio counted them', () => {
    const evidence = ['linked', 'rolled_back', 'linked'].map((rule, i) => ({
      rule,
      record: 'r',
      id: `${i}`,
    }));
    expect(rulesOf({ evidence })).toEqual(['linked', 'rolled_back']);
    expect(rulesOf(item)).toEqual([]);
    expect(ruleWords('rolled_back').name).toBe('rolled back');
    expect(ruleWords('some_new_rule')).toEqual({ name: 'some new rule', meaning: '' });
    expect(ratioWords('rework_rate').part).toBe('Rework');
  });
});
