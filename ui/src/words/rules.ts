/** Why something was counted: the rules by their names, in words, and what each of them means. */

export type RuleWords = { name: string; meaning: string };

const known: Record<string, RuleWords> = {
  linked: { name: 'linked incident', meaning: 'the incident names the deployment, or a change in it' },
  attributed: {
    name: 'attributed incident',
    meaning: 'the incident began soon after the latest deployment of its service',
  },
  rolled_back: { name: 'rolled back', meaning: 'the next deployment went back to an older revision' },
  fixed_forward: {
    name: 'fixed forward',
    meaning: 'a later deployment brought a revert of one of its changes, or a hotfix',
  },
  failed_run: { name: 'failed run', meaning: 'the deployment itself did not succeed' },
  rollback: { name: 'rollback', meaning: 'it went back to an older revision' },
  revert: { name: 'revert', meaning: 'it delivered a change that takes an earlier one back' },
  hotfix: { name: 'hotfix', meaning: 'it delivered a hotfix' },
  urgent: { name: 'urgent fix', meaning: 'it delivered the fix of an urgent defect or of an incident' },
  ancestry: { name: 'contained', meaning: 'the first deployment whose revision contains the change' },
  inferred: { name: 'inferred', meaning: 'the first deployment after the merge, since no revision is known' },
};

/** A rule that this page has not heard of keeps its own name. */
export function ruleWords(rule: string): RuleWords {
  return known[rule] ?? { name: rule.replaceAll('_', ' '), meaning: '' };
}

export type RatioWords = {
  part: string; // what the items in the numerator are
  because: string; // the head of the column that says why
  not: string; // what the others are
  none: string; // there are others only
};

const ratios: Record<string, RatioWords> = {
  change_failure_rate: {
    part: 'Failed',
    because: 'Failed because',
    not: 'did not fail',
    none: 'None of these deployments failed.',
  },
  rework_rate: {
    part: 'Rework',
    because: 'Rework because',
    not: 'no rework',
    none: 'None of these deployments was rework.',
  },
};

export function ratioWords(metric: string): RatioWords {
  return (
    ratios[metric] ?? {
      part: 'Counted',
      because: 'Counted because',
      not: 'not counted',
      none: 'None of these items was counted.',
    }
  );
}
