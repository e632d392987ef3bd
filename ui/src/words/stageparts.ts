/** The stages of a row as parts of its mean: they add up to it, which medians would not. */

import type { Row } from '../api/model';
import { stageWords, type StageWords } from './stages';

export type StagePart = StageWords & {
  share: number | null; // null: no item has the stage, which is not the same as 0
  from: number;
  part: number | null;
  p50: number | null;
  n: number;
};

export function stagesOf(row: Row | undefined): StagePart[] {
  const mean = row?.mean;
  if (mean == null) return [];
  let from = 0;
  return (row?.stages ?? []).map((stage) => {
    const start = from;
    from += stage.share ?? 0;
    return {
      ...stageWords(stage.stage),
      share: stage.share,
      from: start,
      part: stage.share === null ? null : stage.share * mean,
      p50: stage.p50,
      n: stage.n,
    };
  });
}

export function waitingShare(parts: readonly StagePart[]): number {
  return parts.reduce((sum, part) => (part.class === 'waiting' ? sum + (part.share ?? 0) : sum), 0);
}
