const minute = 60;
const hour = 3600;
const day = 24 * hour;

function trimmed(value: number, places: number): string {
  return value.toFixed(places).replace(/\.0$/, '');
}

/** Seconds as people say them, in the command line's style: 12 s, 4 min, 3 h 52 min, 9.3 d. */
export function durationText(seconds: number): string {
  if (seconds < 0) return `−${durationText(-seconds)}`;
  if (seconds < 9.95) return `${trimmed(seconds, 1)} s`;
  if (seconds < 59.5) return `${seconds.toFixed(0)} s`;
  const minutes = Math.round(seconds / minute);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60 && minutes % 60 === 0) return `${minutes / 60} h`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  if (seconds < 99.95 * day) return `${(seconds / day).toFixed(1)} d`;
  return `${(seconds / day).toFixed(0)} d`;
}

/** An axis label or a bin's edge: short, and whole wherever the edge is whole. */
export function shortDurationText(seconds: number): string {
  if (seconds === 0) return '0';
  if (seconds < minute) return `${trimmed(seconds, 1)} s`;
  if (seconds < hour) return `${trimmed(seconds / minute, 1)} min`;
  if (seconds < 2 * day) return `${trimmed(seconds / hour, 1)} h`;
  return `${trimmed(seconds / day, 1)} d`;
}

/** The size of a step on an axis of durations, so that its labels are whole hours, days or weeks. */
export function durationStep(max: number, lines: number): number {
  const steps = [
    minute,
    5 * minute,
    15 * minute,
    30 * minute,
    hour,
    2 * hour,
    4 * hour,
    6 * hour,
    12 * hour,
    day,
    2 * day,
    5 * day,
    7 * day,
    10 * day,
    14 * day,
    30 * day,
    60 * day,
    90 * day,
    180 * day,
    365 * day,
  ];
  return steps.find((step) => max / step <= lines) ?? Math.ceil(max / lines / (365 * day)) * 365 * day;
}
