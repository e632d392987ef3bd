import { describe, expect, it } from 'vitest';
import type { Pair } from '../../api/handoffs';
import { bandsOf, sankeyHeight, sankeyOption } from '../../charts/sankey';
import { parseSearch, stringifySearch } from '../../filters/search';
import { waitShare } from '../../words/groups';
import { matrixOf, shadeOf } from './matrix';
import { closedHandoffs, openOf, pairOpened, readHandoffs, reasonOpened } from './reading';

const figures = { n: 0, p50: null, p75: null, p85: null, p90: null, p95: null, mean: null };
const pair = (from: string, to: string, n: number, total: number, share: number | null = null): Pair => ({
  from,
  to,
  n,
  total,
  share,
  wait: { ...figures, n },
  returns: 0,
  still: 0,
});

// Waited for: dba 100 + 20 = 120 s in 3, test 50 s in 4, a 5 s in 1. Handed over: a 150 s, b 20 s, test 5 s.
const pairs = [
  pair('a', 'dba', 2, 100),
  pair('a', 'test', 4, 50),
  pair('b', 'dba', 1, 20),
  pair('test', 'a', 1, 5),
];

describe('the matrix', () => {
  it('has those who are waited for longest first, and adds up', () => {
    const matrix = matrixOf(pairs, 10);
    expect(matrix.tos).toEqual([
      { group: 'dba', n: 3, total: 120 },
      { group: 'test', n: 4, total: 50 },
      { group: 'a', n: 1, total: 5 },
    ]);
    expect(matrix.froms.map(({ group, total }) => [group, total])).toEqual([
      ['a', 150],
      ['b', 20],
      ['test', 5],
    ]);
    expect(matrix.cell('a', 'dba')?.n).toBe(2);
    expect(matrix.cell('dba', 'a')).toBeUndefined();
    expect([matrix.most, matrix.left.pairs]).toEqual([100, 0]);
  });

  it('tells what it leaves to the table', () => {
    // The two largest sides: a and b hand over, to dba and test. Left is test → a: 5 s.
    expect(matrixOf(pairs, 2).left).toEqual({ pairs: 1, total: 5 });
  });

  it('keeps groups apart whose names run into each other', () => {
    const matrix = matrixOf([pair('a', 'b,c', 1, 1), pair('a,b', 'c', 2, 2)], 10);
    expect(matrix.cell('a', 'b,c')?.n).toBe(1);
    expect(matrix.cell('a,b', 'c')?.n).toBe(2);
  });

  it('is never so dark that its text cannot be read', () => {
    expect([shadeOf(0, 100), shadeOf(50, 100), shadeOf(100, 100), shadeOf(0, 0)]).toEqual([4, 23, 42, 0]);
  });
});

describe('the bands', () => {
  it('have each group on either side, so that work may go back', () => {
    const [series] = sankeyOption(bandsOf(pairs)).series;
    const { data = [], links = [] } = series ?? {};
    expect(data.map(({ name }) => name)).toEqual([
      'from a',
      'to dba',
      'to test',
      'from b',
      'from test',
      'to a',
    ]);
    expect(links.map(({ source, target }) => `${source} ${target}`)).toContain('from test to a');
    expect(links.every(({ source, target }) => source.startsWith('from') && target.startsWith('to'))).toBe(
      true,
    );
  });

  it('leave what is too thin to the table', () => {
    const { bands, left } = bandsOf([...pairs, pair('c', 'd', 3, 0), pair('e', 'f', 1, 0.1)]);
    expect(bands).toHaveLength(4);
    expect(left.map(({ from }) => from)).toEqual(['c', 'e']);
    expect(sankeyHeight({ bands, left })).toBeGreaterThan(100);
  });

  it('write names from the data as text and not as HTML', () => {
    const option = sankeyOption(bandsOf([pair('<b>', 'a&b', 1, 10)]));
    const told = option.tooltip.formatter({ dataType: 'edge', data: { pair: pair('<b>', 'a&b', 1, 10) } });
    expect(told).toContain('&#60;b&#62; → a&#38;b');
  });
});

describe('the sentence', () => {
  it('adds the shares up, and knows when nobody knows them', () => {
    expect(waitShare({ pairs: [pair('a', 'b', 2, 10, 0.1), pair('b', 'a', 3, 10, 0.25)] })).toEqual({ n: 5, share: 0.35 }); // prettier-ignore
    expect(waitShare({ pairs: [pair('a', 'b', 2, 10)] }).share).toBeNull();
    expect(waitShare({ pairs: [] })).toEqual({ n: 0, share: null });
  });
});

describe('the address', () => {
  it('says which pair is open, also of a group that nobody knows', () => {
    const address = stringifySearch(pairOpened({ team: ['payments'], show: 'waiting' }, '(none)', 'dba'));
    expect(openOf(parseSearch(address))).toEqual({ from: '(none)', to: 'dba', reason: undefined });
    expect(closedHandoffs(parseSearch(address))).toEqual({ team: ['payments'] });
  });

  it('says which reason is open', () => {
    const open = openOf(
      parseSearch(stringifySearch(reasonOpened({ from_group: 'a', to_group: 'b' }, 'ci queue'))),
    );
    expect(open).toEqual({ from: undefined, to: undefined, reason: 'ci queue' });
    expect(openOf({})).toBeNull();
  });

  it('takes what it does not understand as groups, and says so', () => {
    const { between, filters } = readHandoffs({ between: 'people' });
    expect(between).toBe('groups');
    expect(filters.problems).toHaveLength(1);
    expect(filters.problems[0]).toContain('“between=people”');
  });
});
