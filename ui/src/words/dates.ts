/** Dates and times, always in the reporting time zone and never in the browser's. */

import type { Every } from '../filters/search';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export type Parts = { year: number; month: number; day: number; hour: number; minute: number };

/** Making a clock costs a hundred times what reading it does, and a page reads thousands: one for each zone. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  clocks.set(zone, clock);
  return clock;
}

/** What a wall clock in the zone shows at an instant. */
export function wallClock(time: string | Date, zone: string): Parts {
  const formatted = clockOf(zone).formatToParts(new Date(time));
  const part = (type: string) => Number(formatted.find((p) => p.type === type)?.value);
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
  };
}

const two = (n: number) => String(n).padStart(2, '0');

/** 21 Nov 2026 */
export function dateText(time: string | Date, zone: string): string {
  const at = wallClock(time, zone);
  return `${at.day} ${months[at.month - 1] ?? ''} ${at.year}`;
}

/** 21 Nov 2026 14:05 */
export function timeText(time: string | Date, zone: string): string {
  const at = wallClock(time, zone);
  return `${dateText(time, zone)} ${two(at.hour)}:${two(at.minute)}`;
}

/** 14:05 */
export function clockText(time: string | Date, zone: string): string {
  const at = wallClock(time, zone);
  return `${two(at.hour)}:${two(at.minute)}`;
}

/** The day's last moment counts to that day: a window to midnight ends on the day before. */
export function lastDay(to: string, from: string): Date {
  return new Date(Math.max(new Date(to).getTime() - 1, new Date(from).getTime()));
}

/** A window as its first and its last day: 23 Aug – 20 Nov 2026. */
export function windowText(from: string, to: string, zone: string): string {
  const first = wallClock(from, zone);
  const end = lastDay(to, from);
  const last = wallClock(end, zone);
  if (first.year === last.year && first.month === last.month && first.day === last.day) {
    return dateText(end, zone);
  }
  const start = `${first.day} ${months[first.month - 1] ?? ''}`;
  const year = first.year === last.year ? '' : ` ${first.year}`;
  return `${start}${year} – ${dateText(end, zone)}`;
}

/** A bucket's name: 5 Oct 2026; week of 5 Oct 2026; October 2026; Q4 2026. */
export function bucketText(bucket: string, every: Every, zone: string): string {
  const at = wallClock(bucket, zone);
  switch (every) {
    case 'day':
      return dateText(bucket, zone);
    case 'week':
      return `week of ${dateText(bucket, zone)}`;
    case 'month':
      return `${months[at.month - 1] ?? ''} ${at.year}`;
    case 'quarter':
      return `Q${Math.ceil(at.month / 3)} ${at.year}`;
  }
}

/** A bucket's name below an axis, with the year only where it begins. */
export function tickText(bucket: string, every: Every, zone: string, withYear: boolean): string {
  const at = wallClock(bucket, zone);
  const month = months[at.month - 1] ?? '';
  const year = withYear ? ` ${at.year}` : '';
  if (every === 'quarter') return `Q${Math.ceil(at.month / 3)}${year}`;
  return every === 'month' ? `${month}${year}` : `${at.day} ${month}${year}`;
}
