import { describe, expect, it } from 'vitest';
import { agoText } from './moments';
import { scheduleText } from './schedules';

describe('schedules', () => {
  it.each([
    ['*/15 * * * *', 'every 15 minutes'],
    ['* * * * *', 'every minute'],
    ['@hourly', 'every hour'],
    ['7 * * * *', 'every hour, 7 minutes past'],
    ['5,35 * * * *', 'every hour, 5 and 35 minutes past'],
    ['0 */6 * * *', 'every 6 hours'],
    ['30 */2 * * *', 'every 2 hours, 30 minutes past'],
    ['30 6 * * *', 'every day at 06:30 (UTC)'],
    ['0 6,18 * * *', 'every day at 06:00 and 18:00 (UTC)'],
    ['CRON_TZ=Europe/Berlin 0 6 * * *', 'every day at 06:00 (Europe/Berlin)'],
    ['0 6 * * 1-5', 'Monday to Friday at 06:00 (UTC)'],
    ['0 6 * * MON,Thu', 'every Monday and Thursday at 06:00 (UTC)'],
    ['*/10 8-18 * * 1-5', 'every 10 minutes from 08:00 to 18:59, Monday to Friday (UTC)'],
    ['*/10 8-18 * * *', 'every 10 minutes from 08:00 to 18:59 (UTC)'],
    ['0 3 1 * *', 'on day 1 of each month at 03:00 (UTC)'],
    ['@weekly', 'every Sunday at 00:00 (UTC)'],
    ['@every 30s', 'every 30 seconds'],
    ['@every 1h30m', 'every 1 hour 30 minutes'],
    // Two lengths, months, both kinds of days, and what is no schedule at all: told as written.
    ['*/7 * * * *', null],
    ['0 6 * 1 *', null],
    ['0 6 1 * 1', null],
    ['0 6 * * FUNDAY', null],
    ['99 6 * * *', null],
    ['@every soon', null],
    ['', null],
  ])('%s is %s', (schedule, want) => {
    expect(scheduleText(schedule)).toBe(want);
  });
});

describe('how far from now', () => {
  const [second, minute, hour] = [1000, 60_000, 3_600_000];
  it.each([
    [0, 'now'],
    [-1.9 * second, 'now'],
    [-40.7 * second, '40 seconds ago'],
    [-12 * minute - 59 * second, '12 minutes ago'],
    [-hour, '1 hour ago'],
    [-47.9 * hour, '47 hours ago'],
    [-48 * hour, '2 days ago'],
    [61 * second, 'in 1 minute'],
    [3 * hour, 'in 3 hours'],
  ])('%d ms: %s', (away, want) => {
    expect(agoText(away)).toBe(want);
  });
});
