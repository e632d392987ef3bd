/** The rules by which something counts as sent back, in words. */

const known: Record<string, string> = {
  status: 'its status went back to an earlier stage',
  changes_requested: 'the reviewer asked for changes',
  reopened: 'it was opened again after it was done',
  revert: 'the change was taken back',
};

/** A rule that this page has not heard of keeps its own name. */
export const returnText = (rule: string) => known[rule] ?? rule.replaceAll('_', ' ');
