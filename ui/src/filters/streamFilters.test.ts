import { describe, expect, test } from 'vitest';
import { carried, parseSearch } from './search';
import { readStreamFilters, streamQuery } from './streamFilters';

describe('the filters of streams', () => {
  test('what is usual is not sent', () => {
    expect(streamQuery(readStreamFilters({}))).toEqual({ from: '90d' });
    const search = parseSearch('?from=2026-01-01&to=2026-02-01&stream=incidents&clock=working&team=a&team=b');
    expect(streamQuery(readStreamFilters(search))).toEqual({
      from: '2026-01-01',
      to: '2026-02-01',
      stream: 'incidents',
      clock: 'working',
      team: ['a', 'b'],
    });
  });

  test('what is wrong is told, and the usual takes its place', () => {
    const filters = readStreamFilters(parseSearch('?from=soon&clock=moon&colour=red'));
    expect([filters.from, filters.clock]).toEqual(['90d', 'elapsed']);
    expect(filters.problems.map((one) => /“([^”]*)”/.exec(one)?.[1])).toEqual([
      'colour',
      'from=soon',
      'clock=moon',
    ]);
  });

  test('the window and the groups go along to the next page, and nothing else', () => {
    const search = parseSearch(
      '?from=30d&team=a&stream=incidents&open=items&stage=dba&figure=mean&change=dba:0%25',
    );
    expect(carried(search)).toEqual({ from: '30d', team: ['a'], stream: 'incidents' });
    expect(carried({})).toEqual({});
  });
});
