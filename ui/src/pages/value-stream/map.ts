/** What the map shows, worked out from the answer: one column a stage, each figure as the reader chose it. */

import type { Figures, Stage, ValueStream } from '../../api/streams';

export const figureNames = ['p50', 'p85', 'mean'] as const;
export type FigureName = (typeof figureNames)[number];

export const figureWords: Record<FigureName, string> = { p50: 'median', p85: '85 % within', mean: 'mean' };

export type MapStage = {
  stage: string;
  title: string;
  owner: string | null;
  queue: boolean;
  side: boolean;
  n: number;
  lead: number | null; // seconds, of the items that were in it
  process: number | null;
  waiting: number | null;
  accuracy: number | null;
  wip: number;
  grown: number; // how much more work is in it than at the window's start
  share: number | null; // of the lead time of all items
  constraint: boolean; // the longest wait
  growing: boolean; // the most growth of work in progress
};

export type MapModel = {
  figure: FigureName;
  stages: MapStage[];
  lead: number | null;
  process: number | null;
  waiting: number | null;
  activity: number | null;
  accuracy: number | null; // rolled: through the whole stream without coming back
  scrap: number | null;
  n: number;
  open: number;
  longest: number; // the longest wait of a stage, in seconds, to which the triangles are drawn; 0: none
};

const of = (figures: Figures, name: FigureName) => (figures.n === 0 ? null : figures[name]);

export function mapOf(told: ValueStream, figure: FigureName): MapModel {
  const stages = told.stages.map((stage) => stageOf(stage, told, figure));
  return {
    figure,
    stages,
    lead: of(told.items.lead, figure),
    process: of(told.items.process, figure),
    waiting: of(told.items.waiting, figure),
    activity: told.items.activity_ratio,
    accuracy: told.items.rolled_accuracy,
    scrap: told.items.scrap.value,
    n: told.items.n,
    open: told.items.open,
    longest: Math.max(0, ...stages.map(({ waiting }) => waiting ?? 0)),
  };
}

function stageOf(stage: Stage, { constraint }: ValueStream, figure: FigureName): MapStage {
  return {
    stage: stage.stage,
    title: stage.title,
    owner: ownerOf(stage),
    queue: stage.queue,
    side: stage.side,
    n: stage.n,
    lead: of(stage.lead, figure),
    process: of(stage.process, figure),
    waiting: of(stage.waiting, figure),
    accuracy: stage.accuracy.value,
    wip: stage.wip,
    grown: stage.wip - stage.wip_then,
    share: stage.share,
    constraint: constraint.waiting === stage.stage,
    growing: constraint.growing === stage.stage,
  };
}

/** Whose stage it is: one group's only where it has most of the time; of many groups none is the owner. */
export function ownerOf({ owner, owners }: Pick<Stage, 'owner' | 'owners'>): string | null {
  const [first] = owners;
  if (owner === null || first === undefined || owners.length < 2) return owner;
  return first.owner === owner && first.share >= 0.5 ? owner : `${owners.length} groups`;
}

export function readFigure(value: string | undefined, problems: string[]): FigureName {
  if (value === undefined) return 'p50';
  const found = figureNames.find((name) => name === value);
  if (found === undefined) {
    problems.push(
      `“figure=${value}” in the address is not understood and was not used: it takes ${figureNames.join(', ')}.`,
    );
  }
  return found ?? 'p50';
}
