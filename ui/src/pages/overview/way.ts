/** The way from the idea to production as parts of one bar, and the largest waits on it. */

import type { Stage, StageClass, TimeReason, ValueStream } from '../../api/streams';

export type WayPart = {
  stage: string;
  title: string;
  class: StageClass;
  share: number; // of the lead time of all items
};

/** Each stage's share in two: the wait in it, and then the work. Means add up, and so these do. */
export function wayOf({ stages }: Pick<ValueStream, 'stages'>): WayPart[] {
  return stages.flatMap((stage) => {
    const share = stage.share ?? 0;
    if (share <= 0) return [];
    const waits = waitingPart(stage);
    const part = (kind: StageClass, size: number): WayPart[] =>
      size > 0 ? [{ stage: stage.stage, title: stage.title, class: kind, share: size }] : [];
    return [...part('waiting', share * waits), ...part('active', share * (1 - waits))];
  });
}

/** How much of a stage's time is waiting, from 0 to 1. */
export function waitingPart({ lead, waiting }: Pick<Stage, 'lead' | 'waiting'>): number {
  if (lead.mean === null || waiting.mean === null || lead.mean <= 0) return 1;
  return Math.min(1, Math.max(0, waiting.mean / lead.mean));
}

/** How much of all time is waiting. */
export function waitingOf(parts: readonly WayPart[]): number {
  return parts.reduce((sum, part) => (part.class === 'waiting' ? sum + part.share : sum), 0);
}

/** What nobody has begun waits for its turn and not for somebody: the backlog is no handoff. */
const unbegun = new Set(['backlog']);

export function largestWaits(reasons: readonly TimeReason[], most: number): TimeReason[] {
  return reasons
    .filter((one) => one.class === 'waiting' && !unbegun.has(one.reason) && one.total > 0)
    .sort((a, b) => b.total - a.total)
    .slice(0, most);
}
