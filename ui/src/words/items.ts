/** What the items of a metric are called, and the moment by which they count. */

const names: Record<string, readonly [string, string]> = {
  deployment_frequency: ['deployment', 'deployments'],
  lead_time: ['change', 'changes'],
  change_failure_rate: ['deployment', 'deployments'],
  recovery_time: ['failure', 'failures'],
  rework_rate: ['deployment', 'deployments'],
  time_to_restore: ['incident', 'incidents'],
};

export function itemsWord(metric: string, n: number | undefined): string {
  const [one, many] = names[metric] ?? ['item', 'items'];
  return n === 1 ? one : many;
}

const ends: Record<string, string> = {
  deployment_frequency: 'Finished',
  lead_time: 'In production',
  change_failure_rate: 'Finished',
  recovery_time: 'Restored',
  rework_rate: 'Finished',
  time_to_restore: 'Resolved',
};

/** What an item's end is called: the moment by which it counts. */
export const endWord = (metric: string) => ends[metric] ?? 'End';
