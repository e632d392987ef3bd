/** The filters of the pages about value streams, read from the address. */

import { defaultFrom, oneOf, timeOr, unknownNames, type Search } from './search';

export const clocks = ['elapsed', 'working'] as const;
export type ClockName = (typeof clocks)[number];

export const usualStream = 'delivery';

export type StreamFilters = {
  from: string; // as the API takes it
  to: string; // empty: now
  stream: string;
  clock: ClockName;
  product: string[];
  team: string[];
  service: string[];
  problems: string[];
};

/** Reads the state; where a value is wrong, the usual one takes its place and a sentence says so. */
export function readStreamFilters(search: Search): StreamFilters {
  const problems = unknownNames(search);
  const { stream = usualStream, product = [], team = [], service = [] } = search;
  return {
    from: timeOr(search.from, defaultFrom, 'from', problems),
    to: timeOr(search.to, '', 'to', problems),
    clock: oneOf(search.clock, clocks, 'elapsed', 'clock', problems),
    stream,
    product,
    team,
    service,
    problems,
  };
}

export type StreamQuery = {
  from: string;
  to?: string;
  stream?: string;
  clock?: ClockName;
  product?: string[];
  team?: string[];
  service?: string[];
};

/** The filters as the API's parameters: what is usual is not sent. */
export function streamQuery({ from, to, stream, clock, product, team, service }: StreamFilters): StreamQuery {
  return {
    from,
    ...(to !== '' && { to }),
    ...(stream !== usualStream && { stream }),
    ...(clock !== 'elapsed' && { clock }),
    ...(product.length > 0 && { product }),
    ...(team.length > 0 && { team }),
    ...(service.length > 0 && { service }),
  };
}
