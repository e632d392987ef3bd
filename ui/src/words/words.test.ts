import { describe, expect, it } from 'vitest';
import { jsonAddress, queryCommand, quoted } from './command';
import { bucketText, dateText, tickText, timeText, windowText } from './dates';
import { durationStep, durationText, shortDurationText } from './durations';
import { figureText } from './figures';
import { counted, countText, daysText, pointsText, rateText, roughShareText, shareText } from './numbers';
import { sentenceText } from './sentences';
import { isStage, stageWords } from './stages';

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

describe('durations, as the command line writes them', () => {
  it.each([
    [0, '0 s'],
    [2.5, '2.5 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [45, '45 s'],
    [59.6, '1 min'],
    [59 * minute + 40, '1 h'],
    [2 * hour + 6 * minute, '2 h 6 min'],
    [46 * hour, '46 h'],
    [47 * hour, '47 h'],
    [47 * hour + 59 * minute, '47 h 59 min'],
    [48 * hour, '2.0 d'],
    [6.94 * day, '6.9 d'],
    [99.96 * day, '100 d'],
    [-90, '−2 min'],
  ])('%d s is %s', (seconds, want) => {
    expect(durationText(seconds)).toBe(want);
  });

  it.each([
    [0, '0'],
    [30, '30 s'],
    [45 * minute, '45 min'],
    [36 * hour, '36 h'],
    [7 * day, '7 d'],
  ])('an edge of %d s is %s', (seconds, want) => {
    expect(shortDurationText(seconds)).toBe(want);
  });

  it('has axis steps that fit, whatever the size', () => {
    for (let max = 1; max < 4000 * day; max *= 1.7) {
      const step = durationStep(max, 4);
      expect(max / step).toBeLessThanOrEqual(4);
    }
  });
});

describe('numbers', () => {
  it.each([
    [countText(12345), '12,345'],
    [countText(-3), '−3'],
    [shareText(0.0701), '7.0 %'],
    [shareText(0), '0.0 %'],
    [roughShareText(0.794), '79 %'],
    [roughShareText(0.004), '0.4 %'],
    [rateText(0), '0.00'],
    [rateText(0.0123), '0.012'],
    [rateText(9.667), '9.67'],
    [rateText(9.9999), '10.00'],
    [rateText(10.04), '10.0'],
    [rateText(123.4), '123'],
    [daysText(90), '90'],
    [daysText(8.7069), '8.7'],
    [pointsText(-0.0104), '1.0 points'],
    [counted(1, 'item'), '1 item'],
    [counted(2000, 'item'), '2,000 items'],
  ])('%s', (got, want) => {
    expect(got).toBe(want);
  });

  it.each([
    ['duration', 'p50', null, 'no data'],
    ['duration', 'p50', 0, '0 s'],
    ['duration', 'n', 3784, '3,784'],
    ['duration', 'stage.coding.part', 7200, '2 h'],
    ['duration', 'stage.coding.share', 0.137, '14 %'],
    ['duration', 'stage.coding.n', 12, '12'],
    ['duration', 'waiting.share', 0.79, '79 %'],
    ['ratio', 'value', 0.0701, '7.0 %'],
    ['ratio', 'denominator', 870, '870'],
    ['rate', 'value', 9.667, '9.67'],
    ['rate', 'days', 90, '90'],
  ] as const)('%s %s %s is %s', (shape, figure, value, want) => {
    expect(figureText(shape, figure, value)).toBe(want);
  });
});

describe('dates stand in the reporting time zone', () => {
  it.each([
    [dateText('2026-11-20T23:30:00Z', 'UTC'), '20 Nov 2026'],
    [dateText('2026-11-20T23:30:00Z', 'Europe/Berlin'), '21 Nov 2026'],
    [timeText('2026-09-01T00:05:00Z', 'UTC'), '1 Sep 2026 00:05'],
    [windowText('2026-08-23T00:00:00Z', '2026-11-21T00:00:00Z', 'UTC'), '23 Aug – 20 Nov 2026'],
    [windowText('2025-12-01T00:00:00Z', '2026-02-01T00:00:00Z', 'UTC'), '1 Dec 2025 – 31 Jan 2026'],
    [windowText('2026-02-01T00:00:00Z', '2026-02-02T00:00:00Z', 'UTC'), '1 Feb 2026'],
    [windowText('2026-01-31T23:00:00Z', '2026-02-28T23:00:00Z', 'Europe/Berlin'), '1 Feb – 28 Feb 2026'],
    [bucketText('2026-10-05T00:00:00Z', 'week', 'UTC'), 'week of 5 Oct 2026'],
    [bucketText('2026-10-01T00:00:00+02:00', 'month', 'Europe/Berlin'), 'Oct 2026'],
    [bucketText('2026-10-01T00:00:00Z', 'quarter', 'UTC'), 'Q4 2026'],
    [tickText('2026-10-05T00:00:00Z', 'week', 'UTC', false), '5 Oct'],
    [tickText('2026-01-01T00:00:00Z', 'month', 'UTC', true), 'Jan 2026'],
  ])('%s', (got, want) => {
    expect(got).toBe(want);
  });
});

describe('the command that gives the same figure', () => {
  const asking = {
    metric: 'lead_time',
    from: '2026-08-23T00:00:00Z',
    to: '2026-11-21',
    product: [],
    service: [],
  };

  it('quotes what a shell would take apart', () => {
    const got = queryCommand({ ...asking, team: ['pay ments', "o'clock"] });
    expect(got).toBe(
      "weir query lead_time --from 2026-08-23T00:00:00Z --to 2026-11-21 --team 'pay ments' --team 'o'\\''clock'",
    );
    expect(quoted('$(rm)')).toBe("'$(rm)'");
  });

  it('has the same parameters in the address', () => {
    expect(jsonAddress({ ...asking, team: ['a&b'] })).toBe(
      '/api/v1/metrics/lead_time?from=2026-08-23T00:00:00Z&to=2026-11-21&team=a%26b',
    );
  });
});

describe('the server’s sentences', () => {
  it.each([
    ['no team "x"; there are: a, b', 'No team "x"; there are: a, b.'],
    ['the first finished 2025-05-21T15:49:21Z', 'The first finished 21 May 2025 15:49.'],
    ['between 2025-05-21T00:00:00Z and now!', 'Between 21 May 2025 and now!'],
  ])('%s', (said, want) => {
    expect(sentenceText(said, 'UTC')).toBe(want);
  });
});

describe('stages', () => {
  it('knows those of the definition, and lets others through under their own name', () => {
    expect(stageWords('pickup')).toMatchObject({ name: 'Waiting for review', class: 'waiting' });
    expect(stageWords('review').class).toBe('active');
    expect(stageWords('smoke_test').name).toBe('Smoke test');
    expect([isStage('deploy'), isStage('smoke_test')]).toEqual([true, false]);
  });
});
