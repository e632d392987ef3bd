/** The names of groups. Never a person's: the server knows none. */

import type { HandoffsTold } from '../api/handoffs';

/** The API writes it so in its questions as well. */
export const unknownGroup = '(none)';

export const groupText = (name: string | null | undefined) =>
  name == null || name === '' ? unknownGroup : name;

export const betweens = ['groups', 'teams', 'roles'] as const;
export type Between = (typeof betweens)[number];

export const betweenWords: Record<Between, { name: string; one: string }> = {
  groups: { name: 'groups', one: 'group' },
  teams: { name: 'teams', one: 'team' },
  roles: { name: 'roles', one: 'role' },
};

/** What a receiver is waited for. */
const handoffReasons: Record<string, string> = {
  review: 'review',
  test: 'test',
  approval: 'approval',
  dba: 'the DBA',
  platform: 'the platform team',
  'deploy window': 'a deploy window',
  'ci queue': 'a place in the CI queue',
  'ci run': 'the CI run',
  blocked: 'what blocks it',
  merge: 'the merge',
  deploy: 'the deployment',
  working: 'the work to begin',
  rework: 'the work to begin again',
  backlog: 'a place in the backlog',
  ready: 'somebody to begin',
};

/** A reason that this page has not heard of keeps its own name. */
export const waitedFor = (reason: string) =>
  reason === '' ? 'nobody knows what' : (handoffReasons[reason] ?? reason);

/** How many handoffs there were, and how much of the lead time they took; null: nobody knows. */
export function waitShare({ pairs }: Pick<HandoffsTold, 'pairs'>): { n: number; share: number | null } {
  const known = pairs.flatMap(({ share }) => (share === null ? [] : [share]));
  return {
    n: pairs.reduce((sum, { n }) => sum + n, 0),
    share: known.length === 0 ? null : known.reduce((sum, share) => sum + share, 0),
  };
}
