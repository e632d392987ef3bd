/** Places dots along one line so that none hides another: a swarm. */

export type Dot = { x: number; r: number };

/** For each dot how far above (negative) or below the line it stands. */
export function swarm(dots: readonly Dot[], room: number): number[] {
  const offsets = new Array<number>(dots.length).fill(0);
  const placed: { x: number; y: number; r: number }[] = [];
  const order = dots.map((_, i) => i).sort((a, b) => (dots[b]?.r ?? 0) - (dots[a]?.r ?? 0));
  for (const i of order) {
    const dot = dots[i];
    if (dot === undefined) continue;
    const y = freePlace(dot, placed, room);
    offsets[i] = y;
    placed.push({ ...dot, y });
  }
  return offsets;
}

function freePlace(dot: Dot, placed: readonly { x: number; y: number; r: number }[], room: number): number {
  const most = Math.max(0, room - dot.r);
  for (let away = 0; away <= most; away += 1) {
    for (const y of away === 0 ? [0] : [-away, away]) {
      if (placed.every((other) => Math.hypot(other.x - dot.x, other.y - y) >= other.r + dot.r)) return y;
    }
  }
  return 0;
}

/** A dot's area is in proportion to the number of items behind it. */
export function radius(n: number, most: number, largest: number): number {
  return Math.max(1.6, largest * Math.sqrt(most > 0 ? n / most : 0));
}
