/** The questions of the overview, all of them in one request, and finding the answer to each again. */

import type { Answers, Asked, Metric } from '../api/model';
import type { AnswersQuery } from '../api/hooks';
import type { Filters } from './search';

/** The keys, in the order of the page. */
export const keys = [
  'deployment_frequency',
  'lead_time',
  'change_failure_rate',
  'recovery_time',
  'rework_rate',
  'time_to_restore',
] as const;

export function headlineAsk(metric: Metric): string {
  return metric.shape === 'duration' ? `${metric.id},previous,distribution` : `${metric.id},previous`;
}

export const trendAsk = (metric: Metric, filters: Filters) => `${metric.id},every=${filters.every}`;

export const servicesAsk = (metric: Metric) => `${metric.id},by=service`;

export function asksOf(metrics: Metric[], filters: Filters): string[] {
  return metrics.flatMap((metric) => {
    const asks = [headlineAsk(metric), trendAsk(metric, filters)];
    return metric.shape === 'duration' ? asks : [...asks, servicesAsk(metric)];
  });
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

export function answersQuery(metrics: Metric[], filters: Filters): AnswersQuery {
  return {
    ask: asksOf(metrics, filters),
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
