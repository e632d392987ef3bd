/** The stages of a row as parts of its mean: they add up to it, which medians would not. */

import type { Row } from '../api/model';
import { stageWords, type StageWords } from './stages';

export type StagePart = StageWords & {
  share: number;
  from: number;
  part: number;
  p50: number | null;
  n: number;
};

export function stagesOf(row: Row | undefined): StagePart[] {
  const mean = row?.mean;
  if (mean == null) return [];
  let from = 0;
  return (row?.stages ?? []).map((stage) => {
    const share = stage.share ?? 0;
    from += share;
    return {
      ...stageWords(stage.stage),
      share,
      from: from - share,
      part: share * mean,
      p50: stage.p50,
      n: stage.n,
    };
  });
}

export function waitingShare(parts: readonly StagePart[]): number {
  return parts.reduce((sum, part) => (part.class === 'waiting' ? sum + part.share : sum), 0);
}
