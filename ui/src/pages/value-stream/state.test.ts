import { describe, expect, test } from 'vitest';
import { parseSearch, stringifySearch } from '../../filters/search';
import { readStreamFilters } from '../../filters/streamFilters';
import { streamAddress, streamCommand } from './commands';
import { changed, changeTexts, closedPanel, openedReason, openedStage, readChanges } from './state';

const window = { from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z' };

describe('what is tried out', () => {
  test('stands in the address, and comes back from it', () => {
    const search = changed({ team: ['payments'] }, new Map([['dba', 0]]), 'review', 0.5);
    expect(search).toEqual({ team: ['payments'], change: ['dba:0%', 'review:50%'] });
    const problems: string[] = [];
    const again = readChanges(parseSearch(stringifySearch(search)), problems);
    expect([...again]).toEqual([
      ['dba', 0],
      ['review', 0.5],
    ]);
    expect(changeTexts(again)).toEqual(['dba:0%', 'review:50%']);
    expect(problems).toEqual([]);
  });

  test('a wait as it is is no change, and without changes the address has none', () => {
    expect(changed({ change: ['dba:0%'] }, new Map([['dba', 0]]), 'dba', 1)).toEqual({});
    expect(readChanges({ change: ['dba:100%'] }, []).size).toBe(0);
  });

  test('what is not understood is told', () => {
    const problems: string[] = [];
    expect(readChanges({ change: ['review', 'test:half', 'dba:120%', 'a:b:25%'] }, problems)).toEqual(
      new Map([['a:b', 0.25]]),
    );
    expect(problems.map((one) => /“change=(.*?)”/.exec(one)?.[1])).toEqual([
      'review',
      'test:half',
      'dba:120%',
    ]);
  });
});

describe('the panel', () => {
  test('opens at a stage or a reason, and closing leaves the rest', () => {
    const search = { team: ['payments'], change: ['dba:0%'], stage: 'test', tab: 'open', open: 'items' };
    expect(openedStage(search, 'dba')).toEqual({
      team: ['payments'],
      change: ['dba:0%'],
      open: 'items',
      stage: 'dba',
    });
    expect(openedReason(search, 'review').stage).toBeUndefined();
    expect(closedPanel(search)).toEqual({ team: ['payments'], change: ['dba:0%'] });
  });

  test('gives the lines that say the same', () => {
    const filters = readStreamFilters({ team: ['payments'], stream: 'incidents', clock: 'working' });
    expect(streamCommand('stream-items', filters, window, { stage: 'on hold', kind: 'open' })).toBe(
      "weir stream-items --stage 'on hold' --kind open --stream incidents --clock working --from 2026-03-01T00:00:00Z --to 2026-04-01T00:00:00Z --team payments",
    );
    expect(streamCommand('stream', readStreamFilters({}), window)).toBe(
      'weir stream --from 2026-03-01T00:00:00Z --to 2026-04-01T00:00:00Z',
    );
    expect(streamAddress('value-stream', filters, window)).toBe(
      '/api/v1/value-stream?from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z&stream=incidents&clock=working&team=payments',
    );
  });
});
