/** Where everything on the map stands, in its own units: the drawing is as wide as its columns need, and is scaled. */

import type { MapModel, MapStage } from './map';

export const pad = 12;
export const triangleRoom = 36; // left of each box
const narrowest = 124; // of a column
const widest = 170;
const leastWidth = 760; // the totals need it
const captionHeight = 26;
export const tagHeight = 15; // above a box: what is special about its stage
export const boxHeight = 136;
const sideGap = 22;
const ladderGap = 30;
export const ladderStep = 22; // from waiting, above, down to processing
const totalsHeight = 62;
const keyHeight = 34;

export type Placed = MapStage & {
  x: number; // of its column
  triangle: { x: number; y: number; size: number }; // the middle of its foot
  box: { x: number; y: number; width: number };
};

export type Layout = {
  width: number;
  height: number;
  stages: Placed[];
  ways: { path: string; side: boolean }[]; // on which work goes from box to box; side: to another group, and back
  ladder: { top: number; steps: { wait: [number, number]; process: [number, number] }[] };
  totals: number; // the top of the totals
  key: number; // the top of the explanation of signs
};

export function layoutOf({ stages, longest }: MapModel): Layout {
  const room = (leastWidth - 2 * pad) / Math.max(1, stages.length);
  const column = Math.min(widest, Math.max(narrowest, room));
  const width = Math.max(leastWidth, stages.length * column + 2 * pad);
  const top = captionHeight + roomForTags(stages, false);
  const lower = top + boxHeight + sideGap + roomForTags(stages, true);
  const beside = stages.some(({ side }) => side);
  const flow = top + boxHeight - 16;
  const placed = stages.map((stage, i) => {
    const x = pad + i * column;
    const y = stage.side ? lower : top;
    return {
      ...stage,
      x,
      triangle: { x: x + triangleRoom / 2, y: y + 58, size: triangleSize(stage.waiting, longest) },
      box: { x: x + triangleRoom, y, width: column - triangleRoom - 2 },
    };
  });
  const ladderTop = (beside ? lower : top) + boxHeight + ladderGap;
  const totals = ladderTop + ladderStep + 34;
  return {
    width,
    height: totals + totalsHeight + keyHeight,
    stages: placed,
    ways: waysOf(placed, flow),
    ladder: {
      top: ladderTop,
      steps: placed.map(({ x, box }) => ({
        wait: [x, box.x],
        process: [box.x, x + column],
      })),
    },
    totals,
    key: totals + totalsHeight,
  };
}

/** Main stages follow each other on one line; a side stage is gone to from the box before it, and left to the line. */
function waysOf(placed: readonly Placed[], flow: number): Layout['ways'] {
  return placed.flatMap((stage, i): Layout['ways'] => {
    const { x, box, side } = stage;
    const before = placed.slice(0, i).findLast((one) => !one.side);
    const end = before && before.box.x + before.box.width;
    if (!side) return end === undefined ? [] : [{ path: `M${end} ${flow}H${box.x - 2}`, side }];
    const start = end === undefined ? x + 1 : end - 16;
    const top = box.y - 4 - tagHeight * tagsOf(stage).length;
    return [
      { path: `M${start} ${flow + 16}V${box.y + boxHeight - 16}H${box.x - 2}`, side },
      { path: `M${box.x + box.width / 2} ${top}V${flow + 3}`, side },
    ];
  });
}

function roomForTags(stages: readonly MapStage[], side: boolean): number {
  const most = Math.max(0, ...stages.filter((one) => one.side === side).map((stage) => tagsOf(stage).length));
  return most * tagHeight + 6;
}

/** What is special about a stage, in words. */
export function tagsOf({ constraint, growing }: MapStage): string[] {
  return [...(constraint ? ['constraint'] : []), ...(growing ? ['work piles up'] : [])];
}

/** A triangle's area is in proportion to the wait. One that nobody knows, or that is nothing, is as small as can be seen. */
export function triangleSize(waiting: number | null, longest: number): number {
  if (waiting === null || longest <= 0) return 10;
  return Math.max(10, 34 * Math.sqrt(waiting / longest));
}

/** The ladder's line: up where the work waits, down where somebody works on it. */
export function ladderPath({ top, steps }: Layout['ladder']): string {
  const low = top + ladderStep;
  return steps
    .map(({ wait, process }, i) => `${i === 0 ? 'M' : 'L'}${wait[0]} ${top}H${wait[1]}V${low}H${process[1]}`)
    .join('');
}

/** A title in at most two lines, cut where it is longer. */
export function linesOf(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  const [first = '', ...rest] = lines;
  return [first, ...(rest.length > 0 ? [rest.join(' ')] : [])].map((line) => cut(line, most));
}

/** The font's size at which a line fits, whatever the system's font: letters are taken to be wide. */
export function fitting(text: string, size: number, width: number): number {
  const letter = 0.68; // of the size
  return Math.min(size, Math.round((10 * width) / (letter * Math.max(1, text.length))) / 10);
}

export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`;
}
