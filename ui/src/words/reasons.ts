/** What time in a stream goes to: the reasons of intervals, in words. */

import type { StageClass } from '../api/streams';

const names: Record<string, string> = {
  reopened: 'Done, and reopened later',
  working: 'Working on it',
  rework: 'Working on it again',
  review: 'Waiting for review',
  merge: 'Waiting for the merge',
  test: 'Waiting for test',
  approval: 'Waiting for approval',
  dba: 'Waiting for the DBA',
  platform: 'Waiting for the platform team',
  'deploy window': 'Waiting for a deploy window',
  'ci queue': 'Waiting for CI',
  'ci run': 'CI is running',
  deploy: 'Deploying',
  blocked: 'Blocked',
  backlog: 'In the backlog',
  ready: 'Ready, and nobody has begun',
};

const activeNames: Record<string, string> = {
  review: 'Reviewing',
  merge: 'Merging',
  test: 'Testing',
  approval: 'Approving',
  analysis: 'Analysing',
  dba: 'The DBA works on it',
  platform: 'The platform team works on it',
};

/** A reason that this page has not heard of keeps its own name. */
export function reasonText(reason: string, kind: StageClass): string {
  if (kind === 'active' && activeNames[reason] !== undefined) return activeNames[reason];
  const known = names[reason];
  if (known !== undefined) return known;
  if (reason === '') return kind === 'active' ? 'Working on it' : 'Waiting, nobody knows for what';
  return kind === 'active' ? reason.charAt(0).toUpperCase() + reason.slice(1) : `Waiting: ${reason}`;
}

export const classWords: Record<StageClass, string> = { active: 'somebody works', waiting: 'the work waits' };
