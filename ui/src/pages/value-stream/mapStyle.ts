/** How the map is written: its colours are the page's variables, its figures are short. */

import { durationText, shortDurationText } from '../../words/durations';
import { noData, roughShareText } from '../../words/numbers';

export const ink = 'var(--ink)';
export const quiet = 'var(--ink-3)';
export const line = 'var(--ink-2)';
export const hatch = 'url(#waiting)';

/** Of the totals, which are compared with those of other windows. */
export const exactly = (seconds: number | null) => (seconds === null ? noData : durationText(seconds));

/** Two or three digits are as exact as a map needs: 9.2 d, 43 min. */
export function time(seconds: number | null): string {
  if (seconds === null) return noData;
  return shortDurationText(seconds).replace(/^\d{2,}\.\d/, (number) => String(Math.round(Number(number))));
}

export const share = (ratio: number | null) => (ratio === null ? noData : roughShareText(ratio));
