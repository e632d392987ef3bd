/** A cron schedule in words, as far as it is one that people write; the others stand as they are. */

const week = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

const named: Record<string, string> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
};

/** Every 15 minutes; every day at 06:30 (UTC); null where it is too odd for a sentence. Without a zone it means UTC. */
export function scheduleText(schedule: string): string | null {
  const [, zone = 'UTC', said = ''] = /^(?:(?:CRON_TZ|TZ)=(\S+)\s+)?(.*)$/.exec(schedule.trim()) ?? [];
  const pause = /^@every\s+(\S+)$/.exec(said)?.[1];
  if (pause !== undefined) return pauseText(pause);
  const [minute, hour, date, month, day, ...more] = (named[said] ?? said).split(/\s+/);
  if (minute === undefined || hour === undefined || date === undefined || day === undefined) return null;
  if (month !== '*' || more.length > 0) return null;
  const when = timesText(minute, hour);
  const days = daysText(date, day);
  if (when === null || days === null) return null;
  const text = when.clock
    ? `${days || 'every day'} at ${when.text}`
    : [when.text, days].filter((part) => part !== '').join(', ');
  return when.clock || when.hours || days !== '' ? `${text} (${zone})` : text;
}

/** Go's durations: 30s, 15m, 1h30m. */
function pauseText(pause: string): string | null {
  const parts = [...pause.matchAll(/(\d+)([hms])/g)];
  if (parts.map(([all]) => all).join('') !== pause || parts.length === 0) return null;
  const units: Record<string, string> = { h: 'hour', m: 'minute', s: 'second' };
  const words = parts
    .filter(([, n]) => Number(n) > 0)
    .map(([, n, unit = '']) => `${Number(n)} ${units[unit] ?? ''}${n === '1' ? '' : 's'}`);
  return words.length === 0 ? null : `every ${words.join(' ')}`;
}

type Times = {
  text: string;
  clock: boolean; // it is times of a day, such as 06:30
  hours: boolean; // it is within some hours of a day
};

function timesText(minute: string, hour: string): Times | null {
  const within = /^(\d+)-(\d+)$/.exec(hour);
  if (hour === '*' || within) {
    const text = withinHour(minute);
    if (text === null) return null;
    if (!within) return { text, clock: false, hours: false };
    const [first, last] = [within[1] ?? '', within[2] ?? ''];
    return { text: `${text} from ${clock(first, '0')} to ${clock(last, '59')}`, clock: false, hours: true };
  }
  const [at] = numbers(minute, 59) ?? [];
  if (at === undefined || minute.includes(',')) return null;
  const step = steps(hour, 24);
  if (step !== null) {
    const text = `every ${step} hours${at === 0 ? '' : `, ${at} ${at === 1 ? 'minute' : 'minutes'} past`}`;
    return { text, clock: false, hours: false };
  }
  const hours = numbers(hour, 23);
  return hours && { text: listed(hours.map((one) => clock(one, at))), clock: true, hours: false };
}

function withinHour(minute: string): string | null {
  if (minute === '*') return 'every minute';
  if (minute === '0') return 'every hour';
  const step = steps(minute, 60);
  if (step !== null) return `every ${step} minutes`;
  const at = numbers(minute, 59);
  if (at === null) return null;
  return `every hour, ${listed(at.map(String))} ${at.length === 1 && at[0] === 1 ? 'minute' : 'minutes'} past`;
}

/** Steps that go evenly into the hour or the day: the others are of two lengths. */
function steps(field: string, whole: number): number | null {
  const step = Number(/^\*\/(\d+)$/.exec(field)?.[1]);
  return step > 1 && step < whole && whole % step === 0 ? step : null;
}

function numbers(field: string, most: number): number[] | null {
  if (!/^\d+(,\d+)*$/.test(field)) return null;
  const found = field.split(',').map(Number);
  return found.every((n) => n <= most) ? found : null;
}

function daysText(date: string, day: string): string | null {
  const [anyDate, anyDay] = [date === '*' || date === '?', day === '*' || day === '?'];
  if (anyDate && anyDay) return '';
  if (anyDay) {
    const dates = numbers(date, 31);
    return dates && `on day ${listed(dates.map(String))} of each month`;
  }
  if (!anyDate) return null;
  const range = /^(\w+)-(\w+)$/.exec(day);
  if (range) {
    const [first, last] = [weekday(range[1] ?? ''), weekday(range[2] ?? '')];
    return first === null || last === null ? null : `${first} to ${last}`;
  }
  const days = day.split(',').map(weekday);
  return days.includes(null) ? null : `every ${listed(days.map(String))}`;
}

function weekday(name: string): string | null {
  if (/^[0-7]$/.test(name)) return week[Number(name)] ?? null;
  if (!/^[a-z]{3}$/i.test(name)) return null;
  return week.find((one) => one.toLowerCase().startsWith(name.toLowerCase())) ?? null;
}

const clock = (hour: string | number, minute: string | number) =>
  `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;

function listed(words: string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}
