import { describe, expect, it } from 'vitest';
import benchmarked from '../../../api/testdata/overview-asks.txt?raw';
import { answersQuery, asksOf } from './asks';
import { parseSearch, readFilters } from './search';

describe('what the page asks', () => {
  it('is what the server’s benchmark asks', () => {
    const lines = benchmarked.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(asksOf(readFilters({}))).toEqual(lines);
  });

  it('leaves out what is not filtered, and repeats what has several values', () => {
    const { ask, ...rest } = answersQuery(readFilters(parseSearch('')));
    expect(ask).toContain('lead_time,every=week');
    expect(rest).toEqual({ from: '90d', compare: 'previous' });
    const filtered = answersQuery(readFilters(parseSearch('?every=day&compare=none&team=a&team=b&to=7d')));
    expect(filtered.ask).toContain('lead_time,every=day');
    expect({ ...filtered, ask: [] }).toEqual({ ask: [], from: '90d', to: '7d', team: ['a', 'b'] });
  });
});
