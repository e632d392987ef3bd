import { describe, expect, it } from 'vitest';
import { shifted } from './days';
import { lengthInDays, parseSearch, readFilters, stringifySearch, without } from './search';

describe('the address', () => {
  it.each([
    '',
    '?from=30d',
    '?from=2026-01-01&to=2026-02-01&compare=year&every=day',
    '?product=shop&team=a&team=b&service=a%2Bb%26c',
    '?team=a&benchmark=2021&table=1&open=lead_time&tab=left-out&bucket=2026-03-02T00:00:00%2B01:00&stage=review',
  ])('survives being read and written: %s', (text) => {
    expect(stringifySearch(parseSearch(text))).toBe(text);
  });

  it('forgets what is empty or said twice', () => {
    expect(parseSearch('?from=&team=a&team=a&team=')).toEqual({ team: ['a'] });
  });

  it('loses what is taken out of it', () => {
    expect(without({ from: '30d', open: 'lead_time', tab: 'groups' }, 'open', 'tab')).toEqual({
      from: '30d',
    });
  });
});

describe('filters', () => {
  it('has usual values', () => {
    expect(readFilters({})).toEqual({
      from: '90d',
      to: '',
      compare: 'previous',
      every: 'week',
      product: [],
      team: [],
      service: [],
      benchmark: null,
      problems: [],
    });
  });

  it.each([
    ['every=fortnight', '“every=fortnight”'],
    ['compare=tomorrow', '“compare=tomorrow”'],
    ['from=yesterday', '“from=yesterday”'],
    ['from=2026-02-30', '“from=2026-02-30”'],
    ['to=12x', '“to=12x”'],
    ['benchmark=elite', '“benchmark=elite”'],
    ['sevice=checkout', '“sevice”'],
  ])('says in a sentence what is wrong with %s, and goes on', (text, named) => {
    const filters = readFilters(parseSearch(text));
    expect(filters.problems).toHaveLength(1);
    expect(filters.problems[0]).toContain(named);
    expect({ ...filters, problems: [] }).toEqual(readFilters({}));
  });

  it.each([
    ['30d', '', 'week'],
    ['26w', '', 'week'],
    ['365d', '', 'month'],
    ['2000d', '', 'quarter'],
    ['2026-01-01', '2026-03-01', 'week'],
    ['2024-01-01', '2025-01-01', 'month'],
  ])('cuts %s to %s by %s', (from, to, want) => {
    expect(readFilters({ from, ...(to === '' ? {} : { to }) }).every).toBe(want);
  });

  it('counts days', () => {
    expect(lengthInDays('36h', '')).toBe(1.5);
    expect(lengthInDays('2026-01-01', '2026-01-31')).toBe(30);
  });

  it('goes to the next day over a month’s end', () => {
    expect([shifted('2026-02-28', 1), shifted('2026-03-01', -1)]).toEqual(['2026-03-01', '2026-02-28']);
  });
});
