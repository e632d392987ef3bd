/** How the page should write a figure: written a second time here, from the words of the documentation. */

const minus = (text: string) => text.replace('-', '−');

function grouped(n: number, places: number): string {
  const [whole = '', decimals] = Math.abs(n).toFixed(places).split('.');
  const thousands = whole.replace(/(?<=\d)(?=(\d{3})+$)/g, ',');
  return `${n < 0 ? '−' : ''}${thousands}${decimals === undefined ? '' : `.${decimals}`}`;
}

/** 45 s, 12 min, 2 h 6 min, 6.9 d. From two days on in days, up to a minute and from ten seconds on in whole seconds. */
export function duration(seconds: number): string {
  if (seconds < 0) return `−${duration(-seconds)}`;
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes >= 48 * 60) {
    const days = seconds / 86_400;
    return `${days.toFixed(days < 99.95 ? 1 : 0)} d`;
  }
  const [hours, rest] = [Math.trunc(minutes / 60), minutes % 60];
  return [hours > 0 ? `${hours} h` : '', rest > 0 ? `${rest} min` : '']
    .filter((part) => part !== '')
    .join(' ');
}

const percent = (ratio: number, places: number) => `${grouped(ratio * 100, places)} %`;

export const share = (ratio: number) => percent(ratio, 1);

export const roughShare = (ratio: number) => percent(ratio, ratio > 0 && ratio < 0.01 ? 1 : 0);

export const count = (n: number) => grouped(n, 0);

/** More places the smaller it is: 123, 12.3, 1.23, 0.012. */
export function rate(perDay: number): string {
  const size = Math.abs(perDay);
  if (size === 0) return '0.00';
  const places = [100, 10, 0.1].findIndex((edge) => size >= edge);
  return grouped(perDay, places < 0 ? 3 : places);
}

const days = (n: number) => minus(String(Number(n.toFixed(1))));

const sign = (n: number) => (n > 0 ? '+' : n < 0 ? '−' : '±');

export type Shape = 'rate' | 'ratio' | 'duration';

const shapes: Record<string, Shape> = {
  deployment_frequency: 'rate',
  lead_time: 'duration',
  change_failure_rate: 'ratio',
  recovery_time: 'duration',
  rework_rate: 'ratio',
  time_to_restore: 'duration',
  flow_distribution: 'ratio',
};

export function shapeOf(metric: string): Shape {
  const shape = shapes[metric];
  if (shape === undefined) throw new Error(`The tests do not know the metric ${metric}.`);
  return shape;
}

/** The text that a figure should have, or the several that it may have in different places. */
export function texts(metric: string, figure: string, value: number): string[] {
  const shape = shapeOf(metric);
  const field = figure.split('.').at(-1) ?? figure;
  switch (field) {
    case 'n':
    case 'total':
      return [count(value), `${count(value)} ${value === 1 ? 'item' : 'items'}`];
    case 'numerator':
    case 'denominator':
    case 'days_with':
    case 'left_out':
    case 'distribution':
      return [count(value)];
    case 'days':
      return [days(value)];
    case 'share':
      return [roughShare(value)];
    case 'relative':
      return [`${sign(value)}${roughShare(Math.abs(value))}`, roughShare(Math.abs(value))];
    case 'change': {
      const size = Math.abs(value);
      const text = {
        duration: duration(size),
        ratio: `${grouped(size * 100, 1)} points`,
        rate: `${rate(size)} a day`,
      };
      return [`${sign(value)}${text[shape]}`];
    }
    default:
      return [{ duration, ratio: share, rate }[shape](value)];
  }
}
