/** Who waits for whom as a square: what is handed over from the rows to the columns. */

import type { Pair } from '../../api/handoffs';

export type Side = { group: string; n: number; total: number };

export type Matrix = {
  froms: Side[]; // who handed over, those whose work waited longest first
  tos: Side[]; // who was waited for, the longest first
  cell: (from: string, to: string) => Pair | undefined;
  most: number; // the longest wait of a cell, in seconds
  left: { pairs: number; total: number }; // what is in no cell, since there are too many groups
};

const key = (from: string, to: string) => JSON.stringify([from, to]);

/** At most so many rows and as many columns. */
export function matrixOf(pairs: readonly Pair[], size: number): Matrix {
  const froms = sides(pairs, ({ from }) => from).slice(0, size);
  const tos = sides(pairs, ({ to }) => to).slice(0, size);
  const shown = pairs.filter(
    ({ from, to }) => froms.some(({ group }) => group === from) && tos.some(({ group }) => group === to),
  );
  const cells = new Map(shown.map((pair) => [key(pair.from, pair.to), pair]));
  const left = pairs.filter(({ from, to }) => !cells.has(key(from, to)));
  return {
    froms,
    tos,
    cell: (from, to) => cells.get(key(from, to)),
    most: Math.max(0, ...shown.map(({ total }) => total)),
    left: { pairs: left.length, total: left.reduce((sum, { total }) => sum + total, 0) },
  };
}

function sides(pairs: readonly Pair[], group: (pair: Pair) => string): Side[] {
  const found = new Map<string, Side>();
  for (const pair of pairs) {
    const name = group(pair);
    const { n, total } = found.get(name) ?? { n: 0, total: 0 };
    found.set(name, { group: name, n: n + pair.n, total: total + pair.total });
  }
  return [...found.values()].sort((a, b) => b.total - a.total || b.n - a.n || (a.group < b.group ? -1 : 1));
}

/** How dark a cell is, in per cent of the accent: never so dark that its text cannot be read. */
export const shadeOf = (total: number, most: number) => (most > 0 ? Math.round(4 + (38 * total) / most) : 0);
