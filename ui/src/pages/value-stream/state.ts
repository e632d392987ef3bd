/** The part of the address that says what the panel shows, and what is tried out. */

import { without, type Search } from '../../filters/search';

export const panelTabs = ['done', 'open', 'returned', 'excluded'] as const;
export type PanelTab = (typeof panelTabs)[number];

export const closedPanel = (search: Search) => without(search, 'open', 'stage', 'tab', 'reason', 'kind');

export const openedStage = (search: Search, stage: string): Search => ({
  ...closedPanel(search),
  open: 'items',
  stage,
});

export const openedReason = (search: Search, reason: string): Search => ({
  ...closedPanel(search),
  open: 'items',
  reason,
});

export const openedItems = (search: Search): Search => ({ ...closedPanel(search), open: 'items' });

/** How much of a stage's wait is left: 1 as it is, 0 none. */
export type Changes = ReadonlyMap<string, number>;

const written = /^(.+):(\d+(?:\.\d+)?)%$/;

/** Reads review:50%; what is not understood is told in a sentence. */
export function readChanges(search: Search, problems: string[]): Changes {
  const changes = new Map<string, number>();
  for (const one of search.change ?? []) {
    const [, stage, percent] = written.exec(one) ?? [];
    const kept = Number(percent) / 100;
    if (stage === undefined || !(kept <= 1)) {
      problems.push(
        `“change=${one}” in the address is not understood and was not used: it takes a stage and how much of its wait is left, such as review:50%.`,
      );
    } else if (kept < 1) changes.set(stage, kept);
  }
  return changes;
}

export function changeTexts(changes: Changes): string[] {
  return [...changes].map(([stage, kept]) => `${stage}:${Math.round(kept * 1000) / 10}%`);
}

/** The address with another wait of one stage; all of it is no change. */
export function changed(search: Search, changes: Changes, stage: string, kept: number): Search {
  const next = new Map(changes);
  if (kept >= 1) next.delete(stage);
  else next.set(stage, kept);
  const rest = without(search, 'change');
  return next.size === 0 ? rest : { ...rest, change: changeTexts(next) };
}
