/** The questions of the overview, all of them in one request, and finding the answer to each again. */

import type { AnswersQuery } from '../api/asking';
import type { Answers, Asked, Metric } from '../api/model';
import type { Filters } from './search';

/** The keys, in the order of the page. Their shapes stand here so that nothing waits for the catalogue. */
export const keys: readonly Pick<Metric, 'id' | 'shape'>[] = [
  { id: 'deployment_frequency', shape: 'rate' },
  { id: 'lead_time', shape: 'duration' },
  { id: 'change_failure_rate', shape: 'ratio' },
  { id: 'recovery_time', shape: 'duration' },
  { id: 'rework_rate', shape: 'ratio' },
  { id: 'time_to_restore', shape: 'duration' },
];

/** What the page asks; the benchmark of the server asks the same (overview-asks.txt). */
export function asksOf({ every }: Pick<Filters, 'every'>): string[] {
  return keys.flatMap(({ id, shape }) =>
    shape === 'duration'
      ? [`${id},previous,distribution`, `${id},every=${every}`]
      : [`${id},previous`, `${id},every=${every}`, `${id},by=service`],
  );
}

type GroupQuery = Pick<AnswersQuery, 'product' | 'team' | 'service'>;

/** The filters as the API's parameters: what is not filtered is not sent. */
export function groupQuery({ product, team, service }: Filters): GroupQuery {
  return {
    ...(product.length > 0 && { product }),
    ...(team.length > 0 && { team }),
    ...(service.length > 0 && { service }),
  };
}

export function answersQuery(filters: Filters): AnswersQuery {
  return {
    ask: asksOf(filters),
    from: filters.from,
    ...(filters.to !== '' && { to: filters.to }),
    ...(filters.compare !== 'none' && { compare: filters.compare }),
    ...groupQuery(filters),
  };
}

/** What the page shows of one metric. */
export type Key = {
  metric: Metric;
  headline: Asked | undefined;
  trend: Asked | undefined;
  services: Asked | undefined;
};

/** Answers are found by what they are, since the server may write an ask in its own way. */
export function keyOf(metric: Metric, answers: Answers): Key {
  const of = answers.answers.filter((answer) => answer.metric === metric.id);
  const grouped = (answer: Asked) => answer.by !== '' && answer.by !== 'none';
  const bucketed = (answer: Asked) => answer.every !== '' && answer.every !== 'range';
  return {
    metric,
    headline: of.find((answer) => !grouped(answer) && !bucketed(answer)),
    trend: of.find((answer) => !grouped(answer) && bucketed(answer)),
    services: of.find((answer) => answer.by === 'service'),
  };
}
