/** How far a moment is from now, in words. */

const second = 1000; // ms
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** 12 minutes ago; in 40 seconds; now. Away is in milliseconds, and negative for what is past. */
export function agoText(away: number): string {
  const size = Math.abs(away);
  if (size < 2 * second) return 'now';
  return away < 0 ? `${spanText(size)} ago` : `in ${spanText(size)}`;
}

/** In whole units, rounded down; hours up to two days, since "1 day" may mean anything. */
function spanText(size: number): string {
  if (size < minute) return counted(size / second, 'second');
  if (size < hour) return counted(size / minute, 'minute');
  if (size < 2 * day) return counted(size / hour, 'hour');
  return counted(size / day, 'day');
}

function counted(n: number, unit: string): string {
  const whole = Math.floor(n);
  return `${whole} ${unit}${whole === 1 ? '' : 's'}`;
}
