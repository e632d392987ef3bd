import type { ReactNode } from 'react';
import type { Answers } from '../../api/model';
import { OpenLink } from '../../drawer/OpenLink';
import type { Key } from '../../filters/asks';
import type { Compare } from '../../filters/search';
import { changeOf } from '../../words/change';
import { windowText } from '../../words/dates';
import { Figure } from '../../words/Figure';
import { roughShareText } from '../../words/numbers';

type Props = { keys: Key[]; answers: Answers; compare: Compare; zone: string };

/** How delivery goes in this window, in one sentence whose numbers open like any other. */
export function Sentence({ keys, answers, compare, zone }: Props) {
  const of = (id: string) => keys.find((key) => key.metric.id === id);
  const [often, lead, fails, recovery] = [
    of('deployment_frequency'),
    of('lead_time'),
    of('change_failure_rate'),
    of('recovery_time'),
  ];
  const window = windowText(answers.from, answers.to, zone);
  const n = often?.headline?.rows[0]?.n ?? 0;
  if (!often || n === 0) {
    return <p className="sentence">From {window.replace('–', 'to')} nothing was deployed to production.</p>;
  }
  return (
    <p className="sentence">
      From {window.replace('–', 'to')},{' '}
      <Said of={often} figure="n">
        {n === 1 ? 'deployment' : 'deployments'}
      </Said>{' '}
      reached production
      {lead?.headline?.rows[0]?.p50 != null && (
        <>
          ; half of the changes took less than <Said of={lead} figure="p50" /> from first commit to production
          <Compared lead={lead} compare={compare} />
        </>
      )}
      {fails?.headline?.rows[0]?.value != null && (
        <>
          ; <Said of={fails} figure="value" /> of the deployments failed
        </>
      )}
      {recovery?.headline?.rows[0]?.p50 != null && (
        <>
          , and half of the recoveries took less than <Said of={recovery} figure="p50" />
        </>
      )}
      .
    </p>
  );
}

function Said({ of, figure, children }: { of: Key; figure: 'n' | 'p50' | 'value'; children?: ReactNode }) {
  return (
    <OpenLink at={{ metric: of.metric.id }}>
      <Figure metric={of.metric} figure={figure} value={of.headline?.rows[0]?.[figure]} />
      {children !== undefined && <> {children}</>}
    </OpenLink>
  );
}

function Compared({ lead, compare }: { lead: Key; compare: Compare }) {
  if (compare === 'none') return null;
  const change = changeOf(lead.metric, lead.headline?.rows[0], lead.headline?.previous?.rows[0]);
  if (change?.relative == null || change.verdict === 'unchanged') return null;
  const than = compare === 'year' ? 'a year before' : 'in the period before';
  if (change.verdict === 'unclear')
    return <> (no clear change from {compare === 'year' ? 'a year' : 'the period'} before)</>;
  return (
    <>
      {' '}
      (
      <Figure metric={lead.metric} figure="change.relative" value={change.relative}>
        {roughShareText(Math.abs(change.relative))}
      </Figure>{' '}
      {change.absolute > 0 ? 'longer' : 'shorter'} than {than})
    </>
  );
}
