/** The stages that have open items, in the order of the work. */

import type { AgeingItem, FlowTold } from '../../api/flow';

export type StageName = { stage: string; title: string };

export function stagesOf(
  { stages }: FlowTold['cumulative'],
  items: readonly Pick<AgeingItem, 'stage'>[],
): StageName[] {
  const there = new Set(items.map(({ stage }) => stage));
  const known = stages.filter(({ stage }) => there.has(stage)).map(({ stage, title }) => ({ stage, title }));
  const others = [...there].filter((stage) => !known.some((one) => one.stage === stage)).sort();
  return [...known, ...others.map((stage) => ({ stage, title: stage }))];
}
