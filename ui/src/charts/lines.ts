/** Geometry of small line and bar charts. A bucket without data is a gap: never a zero, never bridged. */

export type Point = { x: number; y: number };

export type Frame = { width: number; height: number; top: number; bottom: number };

/** The middles of the buckets, each as wide as the others. */
export function middles(n: number, width: number): number[] {
  return Array.from({ length: n }, (_, i) => ((i + 0.5) * width) / n);
}

/** Values' heights on a scale from 0 to max; SVG's y grows downwards. */
export function heightOf(value: number, max: number, frame: Frame): number {
  const inner = frame.height - frame.top - frame.bottom;
  return frame.top + inner * (1 - (max > 0 ? value / max : 0));
}

/** Runs of neighbouring buckets that have data. */
export function runs(values: readonly (number | null)[], max: number, frame: Frame): Point[][] {
  const at = middles(values.length, frame.width);
  const found: Point[][] = [];
  let run: Point[] = [];
  values.forEach((value, i) => {
    const x = at[i];
    if (value === null || x === undefined) {
      if (run.length > 0) found.push(run);
      run = [];
      return;
    }
    run.push({ x, y: heightOf(value, max, frame) });
  });
  return run.length > 0 ? [...found, run] : found;
}

/** Up to so many buckets are read out as a table beside each drawing; more only where somebody asks for tables. */
export const readOut = 60;

/** More buckets than this are narrower than a pointer can choose between. */
export const hoverable = 120;

const tenth = (n: number) => String(Math.round(n * 10) / 10);

export function path(points: readonly Point[]): string {
  return points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${tenth(x)} ${tenth(y)}`).join('');
}

/** Bars as one path: a year of days in six metrics is too much for an element each. */
export function barsPath(values: readonly (number | null)[], max: number, frame: Frame): string {
  const width = Math.max(1, (frame.width / values.length) * 0.7);
  const foot = frame.height - frame.bottom;
  return middles(values.length, frame.width)
    .map((x, i) => {
      const y = heightOf(values[i] ?? 0, max, frame);
      return y === foot
        ? ''
        : `M${tenth(x - width / 2)} ${tenth(foot)}V${tenth(y)}h${tenth(width)}V${tenth(foot)}z`;
    })
    .join('');
}

/** The indexes of the lowest and of the highest value that there is. */
export function extremes(values: readonly (number | null)[]): { low: number; high: number } | null {
  let low = -1;
  let high = -1;
  values.forEach((value, i) => {
    if (value === null) return;
    if (low < 0 || value < (values[low] ?? Infinity)) low = i;
    if (high < 0 || value > (values[high] ?? -Infinity)) high = i;
  });
  return low < 0 ? null : { low, high };
}
