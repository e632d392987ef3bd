/** The stages of lead time: their names, what they are, and whether somebody works or the change waits. */

export type StageClass = 'active' | 'waiting';

export type StageWords = { id: string; name: string; class: StageClass; meaning: string };

const known: StageWords[] = [
  {
    id: 'coding',
    name: 'Coding',
    class: 'active',
    meaning: 'from the first commit until the pull request was ready for review',
  },
  {
    id: 'pickup',
    name: 'Waiting for review',
    class: 'waiting',
    meaning: 'until the first review or comment by another person',
  },
  { id: 'review', name: 'Review', class: 'active', meaning: 'until the last approval before the merge' },
  { id: 'merge_wait', name: 'Waiting for merge', class: 'waiting', meaning: 'until it was merged' },
  { id: 'build_queue', name: 'Build queue', class: 'waiting', meaning: 'until its build started' },
  {
    id: 'build',
    name: 'Build',
    class: 'active',
    meaning: 'until the build that made the artefact had finished',
  },
  {
    id: 'approval',
    name: 'Waiting for approval',
    class: 'waiting',
    meaning: 'from the request for approval until it was given',
  },
  {
    id: 'deploy_wait',
    name: 'Waiting for deployment',
    class: 'waiting',
    meaning: 'until the deployment started',
  },
  { id: 'deploy', name: 'Deploying', class: 'active', meaning: 'until the deployment had finished' },
];

/** A stage that this page has not heard of keeps its own name, and counts as waiting until somebody says otherwise. */
export function stageWords(id: string): StageWords {
  const found = known.find((stage) => stage.id === id);
  if (found) return found;
  const name = id.replaceAll('_', ' ');
  return {
    id,
    name: name.charAt(0).toUpperCase() + name.slice(1),
    class: 'waiting',
    meaning: `the stage ${name}`,
  };
}

export const stageIds = known.map((stage) => stage.id);

export const isStage = (id: string) => stageIds.includes(id);
