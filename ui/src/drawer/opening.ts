/** What the drawer shows, worked out from the address and the page's answers. */

import type { Answer, Answers, Asked, Catalogue, Metric, Row } from '../api/model';
import { keyOf } from '../filters/asks';
import { tabs, type Filters, type Search, type Tab } from '../filters/search';
import { isStage, stageIds } from '../words/stages';
import { queryCommand, jsonAddress, type Asking } from '../words/command';

export type Opening = {
  metric: Metric;
  tab: Tab;
  stage: string | null;
  bucket: string | null; // null: the whole window
  previous: boolean; // the window that the page compares with
  numerator: boolean; // of a ratio: list only the items in its numerator; with classes each is in that of its own
  asking: Asking;
  answer: Answer | undefined; // of the whole window
  row: Row | undefined; // the figures of what is open
};

/** Either what to show, or a sentence about what in the address is wrong. */
export function openingOf(
  search: Search,
  catalogue: Catalogue,
  answers: Answers,
  filters: Filters,
): Opening | string {
  const metric = catalogue.metrics.find((one) => one.id === search.open);
  if (!metric) {
    const ids = catalogue.metrics.map((one) => one.id).join(', ');
    return `There is no metric “${search.open ?? ''}”. There are: ${ids}.`;
  }
  const { tab = 'items', stage } = search;
  const known = tabs.find((one) => one === tab);
  if (known === undefined)
    return `“tab=${tab}” in the address is not understood: there are ${tabs.join(', ')}.`;
  if (stage !== undefined && !isStage(stage)) {
    return `“stage=${stage}” in the address is not a stage: there are ${stageIds.join(', ')}.`;
  }
  if (search.show !== undefined && search.show !== 'all') {
    return `“show=${search.show}” in the address is not understood: there is all.`;
  }
  const { headline, trend } = keyOf(metric, answers);
  const { bucket, period } = search;
  if (period !== undefined && period !== 'previous') {
    return `“period=${period}” in the address is not understood: there is previous.`;
  }
  const previous = period === 'previous';
  if (previous && (bucket !== undefined || !answers.compared)) {
    return 'The address asks for the period before, and the page compares with none.';
  }
  const whole = previous && answers.compared ? answers.compared : answers;
  const window = bucket === undefined ? whole : bucketWindow(bucket, trend, answers);
  if (!window) return `“bucket=${bucket ?? ''}” is not the start of a ${filters.every} in this window.`;
  const { product, team, service } = filters;
  return {
    metric,
    tab: known,
    stage: metric.staged ? (stage ?? null) : null,
    bucket: bucket ?? null,
    previous,
    numerator: metric.shape === 'ratio' && !metric.classed && search.show === undefined,
    asking: { metric: metric.id, from: window.from, to: window.to, product, team, service },
    answer: previous ? headline?.previous : headline,
    row: rowOf(headline, trend, bucket, previous),
  };
}

function rowOf(
  headline: Asked | undefined,
  trend: Asked | undefined,
  bucket: string | undefined,
  previous: boolean,
) {
  if (bucket !== undefined) return trend?.rows.find((row) => sameTime(row.bucket, bucket));
  return (previous ? headline?.previous : headline)?.rows[0];
}

const sameTime = (a: string | undefined, b: string | undefined) =>
  a !== undefined && b !== undefined && Date.parse(a) === Date.parse(b);

/** From a bucket's start to the next one's, cut by the window as the figures are. */
export function bucketWindow(
  bucket: string,
  trend: Asked | undefined,
  window: { from: string; to: string },
): { from: string; to: string } | null {
  const starts = (trend?.rows ?? []).flatMap((row) => (row.bucket === undefined ? [] : [row.bucket]));
  const i = starts.findIndex((start) => sameTime(start, bucket));
  const start = starts[i];
  if (start === undefined) return null;
  const from = Date.parse(start) < Date.parse(window.from) ? window.from : start;
  return { from, to: starts[i + 1] ?? window.to };
}

export const commandOf = ({ asking }: Opening) => queryCommand(asking);

/** The line that lists what the open tab lists; null where it lists no items. */
export function listCommandOf({ asking, tab, numerator }: Opening): string | null {
  if (tab === 'groups') return null;
  const only = tab === 'left-out' ? ' --excluded' : numerator ? ' --numerator' : '';
  return `${queryCommand(asking, 'items')}${only}`;
}

export const addressOf = ({ asking }: Opening) => jsonAddress(asking);
