/** Days as the API writes them, 2026-03-02: they have no zone any more. */

import { dateText, tickText, wallClock } from '../words/dates';

const at = (day: string) => `${day}T00:00:00Z`;

export const dayText = (day: string) => dateText(at(day), 'UTC');

/** Below an axis: the year stands where it begins, and with the first. */
export function dayTicks(days: readonly string[]): string[] {
  let year = 0;
  return days.map((day) => {
    const now = wallClock(at(day), 'UTC').year;
    const text = tickText(at(day), 'day', 'UTC', now !== year);
    year = now;
    return text;
  });
}
