/** A colour for each of several groups: never the only way to tell them apart. */

// Middling lightness: each can be seen on light and on dark ground.
const colours = [
  '#2f86a8',
  '#c0762c',
  '#4f9a62',
  '#a8629b',
  '#8b7d33',
  '#6a7fc4',
  '#c2605a',
  '#3c9a94',
  '#9a6b47',
  '#7a9a3a',
  '#8a6fb8',
  '#7b8a94',
];

/** By the place among all names in their order, so that a group keeps its colour while the figures change. */
export function groupColour(name: string, all: readonly string[]): string {
  const place = [...new Set(all)].sort().indexOf(name);
  return colours[place < 0 ? colours.length - 1 : place % colours.length] ?? '#7b8a94';
}
